/** @hono/mcp as its documentation has it: one server and one transport for all requests, behind its bearer middleware. */
import { bearerAuth, StreamableHTTPTransport } from '@hono/mcp';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { Hono } from 'hono';
import { addTools } from './tools.mjs';
import { verifyAccessToken } from './verify.mjs';

export const era = 'legacy';

export function start(tools) {
  const server = addTools(new McpServer({ name: 'bench', version: '1.0.0' }), tools);
  const transport = new StreamableHTTPTransport();
  const app = new Hono();
  const verifyToken = async (token) => {
    try {
      await verifyAccessToken(token);
      return true;
    } catch {
      return false;
    }
  };
  app.use('/mcp', bearerAuth({ verifyToken }));
  app.all('/mcp', async (context) => {
    if (!server.isConnected()) await server.connect(transport);
    return transport.handleRequest(context);
  });
  return async (request) => app.fetch(request);
}
