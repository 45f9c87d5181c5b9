/** SDK v1: its express app with named hosts, its bearer middleware, a server for each request. */

import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { listening, overPort, tools, verifier } from './common.mjs';

export function build(world) {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  tools((name, run) => server.registerTool(name, { inputSchema: {} }, run), world);
  return server;
}

export async function answer(world, request, response) {
  const server = build(world);
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

export async function start(world) {
  const app = createMcpExpressApp({ host: '0.0.0.0', allowedHosts: [new URL(world.resource).hostname] });
  const verify = verifier(world);
  const gate = requireBearerAuth({
    verifier: {
      verifyAccessToken: (token) =>
        verify(token).catch((fault) => {
          throw new InvalidTokenError(String(fault));
        }),
    },
    requiredScopes: [world.scope],
    expectedResource: new URL(world.resource),
  });
  app.post('/mcp', gate, (request, response) => answer(world, request, response));
  const http = await listening(app, world.port);
  return { modern: false, tokens: true, send: overPort(world.port), close: () => http.close() };
}
