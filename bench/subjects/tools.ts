/** The same server for every subject: `count` tools, of which the calls use one. */
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

export function benchServer(count: number): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' });
  for (let index = 0; index < count; index++) {
    server.registerTool(
      `tool_${index}`,
      {
        description: `Adds two numbers, variant ${index}`,
        inputSchema: z.object({ a: z.number(), b: z.number(), note: z.string().max(200).optional() }),
      },
      async ({ a, b }) => ({ content: [{ type: 'text', text: `The sum is ${a + b}` }] }),
    );
  }
  return server;
}
