/** SDK v2 behind its own `requireBearerAuth`, a token verified with jose for every request. */
import { createMcpHandler, McpServer, requireBearerAuth } from '@modelcontextprotocol/server';
import { addTools } from './tools.mjs';
import { RESOURCE, SCOPE, verifyAccessToken } from './verify.mjs';

export function start(tools) {
  const gate = requireBearerAuth({
    verifier: { verifyAccessToken },
    requiredScopes: [SCOPE],
    expectedResource: new URL(RESOURCE),
  });
  const handler = createMcpHandler(() => addTools(new McpServer({ name: 'bench', version: '1.0.0' }), tools));
  return async (request) => {
    const auth = await gate(request);
    return auth instanceof Response ? auth : handler.fetch(request, { authInfo: auth });
  };
}
