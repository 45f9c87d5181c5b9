/** SDK v1 on Express without sessions, as its example has it: a server and a transport for each request. */
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import express from 'express';
import { nodeFetch } from './node-fetch.mjs';
import { addTools } from './tools.mjs';

export function expressFetch(tools, auth) {
  const app = express();
  app.use(express.json());
  app.post('/mcp', auth, async (request, response) => {
    const server = addTools(new McpServer({ name: 'bench', version: '1.0.0' }), tools);
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    response.on('close', () => {
      transport.close();
      server.close();
    });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  });
  return nodeFetch(app);
}
