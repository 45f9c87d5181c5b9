/** fastmcp/edge, which has no authentication of its own. */
import { EdgeFastMCP } from 'fastmcp/edge';
import * as z from 'zod';

export const era = 'legacy';

export function start(tools) {
  const server = new EdgeFastMCP({ name: 'bench', version: '1.0.0', mcpPath: '/mcp' });
  for (let index = 0; index < tools; index++) {
    server.addTool({
      name: `tool_${index}`,
      description: `Adds two numbers, variant ${index}`,
      parameters: z.object({ a: z.number(), b: z.number(), note: z.string().max(200).optional() }),
      execute: async ({ a, b }) => `The sum is ${a + b}`,
    });
  }
  return async (request) => server.fetch(request);
}
