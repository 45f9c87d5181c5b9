/** The tools of `bench/subjects/tools.ts`, for any server that registers them as the SDKs do. */
import * as z from 'zod';

export function addTools(server, count) {
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
