/** SDK v2: the handler alone, and as its documentation composes it with Host, Origin and bearer checks. */
import {
  createMcpHandler,
  hostHeaderValidationResponse,
  McpServer,
  OAuthError,
  OAuthErrorCode,
  originValidationResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { overFetch, tools, verifier } from './common.mjs';

export function build(world) {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  tools((name, run) => server.registerTool(name, { inputSchema: z.object({}) }, run), world);
  return server;
}

export async function bare(world) {
  const handler = createMcpHandler(() => build(world));
  return { modern: true, tokens: false, send: overFetch((request) => handler.fetch(request), world) };
}

export async function guarded(world) {
  const handler = createMcpHandler(() => build(world));
  const verify = verifier(world);
  const gate = requireBearerAuth({
    verifier: {
      verifyAccessToken: (token) =>
        verify(token).catch((fault) => {
          throw new OAuthError(OAuthErrorCode.InvalidToken, String(fault));
        }),
    },
    requiredScopes: [world.scope],
    expectedResource: new URL(world.resource),
  });
  const { hostname } = new URL(world.resource);
  const fetch = async (request) => {
    const rejected = hostHeaderValidationResponse(request, [hostname]) ?? originValidationResponse(request, [hostname]);
    if (rejected) return rejected;
    const auth = await gate(request);
    return auth instanceof Response ? auth : handler.fetch(request, { authInfo: auth });
  };
  return { modern: true, tokens: true, send: overFetch(fetch, world) };
}
