/** A server that keeps something at its client between two rounds of a call. */
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';

export function statefulServer(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const inputSchema = z.object({ a: z.number().optional() });
  server.registerTool('list_notes', { inputSchema }, async () => ({ content: [] }));
  for (const name of ['read_note', 'read_other']) {
    server.registerTool(name, { inputSchema }, async (_args, ctx) => {
      const known = ctx.mcpReq.requestState();
      if (known === undefined) return inputRequired({ requestState: '{"balance":1}' });
      return { content: [{ type: 'text', text: String(known) }] };
    });
  }
  return server;
}
