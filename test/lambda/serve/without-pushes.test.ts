/** Tools that ask the client while they work, on a server that keeps no sessions. */
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import {
  type Keys,
  makeKeys,
  messagesFrom,
  modern,
  read,
  sign,
  testGuard,
  toolCall,
  userClaims,
} from '../../support/guard';

let keys: Keys;
let token: string;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims({ sub: 'ada', scope: read }));
});

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });

function asking(): McpServer {
  const server = new McpServer({ name: 'asking', version: '1.0.0' }, { capabilities: { logging: {} } });
  server.registerTool('read_sampled', { inputSchema: z.object({}) }, async (_args, ctx) => {
    await ctx.mcpReq.log('info', 'asks');
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Hello?' } }];
    const asked = ctx.mcpReq.requestSampling({ messages, maxTokens: 1 });
    return asked.then(
      () => text('answered'),
      () => text('went on without'),
    );
  });
  server.registerTool(
    'read_asked',
    { inputSchema: z.object({}) },
    async () =>
      inputRequired({
        inputRequests: {
          name: inputRequired.elicit({ message: 'Name?', requestedSchema: z.object({ name: z.string() }) }),
        },
      }) as never,
  );
  return server;
}

test('T8 a tool that asks an old client is told at once that nobody can answer, and may go on', async () => {
  const { post } = testGuard(keys, mcpServer(asking, {}));
  const before = Date.now();
  // Twice: the second call is answered by the server that was built for the first.
  for (const _round of [1, 2]) {
    const messages = await messagesFrom(await post(toolCall('read_sampled'), { token }));
    expect(messages.map((message) => (message as { method?: string }).method)).toEqual([
      'notifications/message',
      undefined,
    ]);
    expect(messages.at(-1)).toMatchObject({ result: { content: [{ text: 'went on without' }] } });
  }
  expect(Date.now() - before).toBeLessThan(5000);
});

test('T8 a client of 2026-07-28 is asked by the result, which needs no stream', async () => {
  const { post } = testGuard(keys, mcpServer(asking, {}));
  const capabilities = { 'io.modelcontextprotocol/clientCapabilities': { elicitation: {} } };
  const { headers, body } = modern('tools/call', { name: 'read_asked', arguments: {} });
  const given = body as { params: { _meta: object } };
  const asked = { ...given, params: { ...given.params, _meta: { ...given.params._meta, ...capabilities } } };
  const [message] = await messagesFrom(await post(asked, { token, headers }));
  expect(message).toMatchObject({ result: { resultType: 'input_required' } });
});
