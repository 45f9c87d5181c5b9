/** mcp-handler in withMcpAuth, with jose as its authorization page verifies tokens. */
import { createMcpHandler, withMcpAuth } from 'mcp-handler';
import { z } from 'zod';
import { overFetch, tools, verifier } from './common.mjs';

export async function start(world) {
  const handler = createMcpHandler((server) => {
    tools((name, run) => server.registerTool(name, { description: name, inputSchema: z.object({}) }, run), world);
  });
  const verify = verifier(world);
  const verifyToken = (_request, token) => (token === undefined ? undefined : verify(token).catch(() => undefined));
  const fetch = withMcpAuth(handler, verifyToken, { required: true, requiredScopes: [world.scope] });
  return { modern: true, tokens: true, send: overFetch(fetch, world) };
}
