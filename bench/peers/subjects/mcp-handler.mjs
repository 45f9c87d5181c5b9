/** mcp-handler with its `withMcpAuth`. */
import { createMcpHandler, withMcpAuth } from 'mcp-handler';
import { addTools } from './tools.mjs';
import { SCOPE, verifyAccessToken } from './verify.mjs';

export function start(tools) {
  const handler = createMcpHandler((server) => void addTools(server, tools));
  const verify = async (_request, token) => (token === undefined ? undefined : verifyAccessToken(token));
  return withMcpAuth(handler, verify, { required: true, requiredScopes: [SCOPE] });
}
