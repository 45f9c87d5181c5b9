/** What a caller is shown, through the guard and a real SDK server, in both protocol eras. */
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { McpFetch } from '../../../lambda/guard/guard';
import { mayBeTold } from '../../../lambda/guard/outputs/updates';
import { compilePolicy } from '../../../lambda/guard/policy';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import {
  ADMIN,
  type Keys,
  machineClaims,
  makeKeys,
  messagesFrom,
  modern,
  read,
  sign,
  testGuard,
  USER,
  userClaims,
  write,
} from '../../support/guard';

let keys: Keys;
let user: string;
let admin: string;
let machine: string;
beforeAll(async () => {
  keys = await makeKeys();
  user = await sign(keys, userClaims());
  admin = await sign(keys, userClaims({ scope: `${read} ${write}`, 'cognito:groups': ['admins'] }));
  machine = await sign(keys, machineClaims());
});

const page = (names: string[], nextCursor?: string) => ({
  tools: names.map((name) => ({ name, inputSchema: { type: 'object' as const } })),
  ...(nextCursor !== undefined && { nextCursor }),
});

/** The server's own pages; the second holds nothing for most. */
const PAGES: Record<string, ReturnType<typeof page>> = {
  '': page(['list_notes', 'drop_table'], 'second'),
  second: page(['delete_note', 'drop_everything'], 'third'),
  third: page(['read_note', 'add_note']),
};

function server(): McpServer {
  const product = new McpServer(
    { name: 'notes', version: '1.0.0' },
    { capabilities: { tools: {}, resources: { subscribe: true } } },
  );
  const text = () => ({ messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'x' } }] });
  product.server.setRequestHandler('tools/list', ({ params }) => PAGES[params?.cursor ?? ''] ?? page([]));
  product.registerPrompt('summarize', { argsSchema: z.object({ subject: z.string() }) }, text);
  product.registerPrompt('reveal', {}, text);
  for (const uri of ['notes://note/1', 'notes://secret/1']) {
    product.registerResource(uri, uri, {}, async () => ({ contents: [{ uri, text: 'x' }] }));
  }
  for (const uri of ['notes://note/{id}', 'notes://secret/{id}']) {
    const complete = { id: () => ['1', '2'] };
    const template = new ResourceTemplate(uri, { list: undefined, complete });
    product.registerResource(`all of ${uri}`, template, {}, async () => ({ contents: [] }));
  }
  product.server.setRequestHandler('resources/subscribe', () => ({}));
  return product;
}

type Ask = (method: string, params: Record<string, unknown>, token: string) => Promise<Response>;

const eras: [string, Ask][] = [
  [
    'modern',
    (method, params, token) => {
      const { headers, body } = modern(method, params);
      return testGuard(keys, mcpServer(server, {})).post(body, { token, headers });
    },
  ],
  [
    'legacy',
    (method, params, token) =>
      testGuard(keys, mcpServer(server, {})).post(
        { jsonrpc: '2.0', id: 1, method, params },
        { token, headers: { 'mcp-protocol-version': '2025-11-25' } },
      ),
  ],
];

describe.each(eras)('%s', (era, ask) => {
  const resultOf = async (method: string, params: Record<string, unknown>, token: string) =>
    (await messagesFrom(await ask(method, params, token)))[0]?.result;
  const namesOf = async (cursor: string | undefined, token: string) => {
    const result = await resultOf('tools/list', cursor === undefined ? {} : { cursor }, token);
    return [result.tools.map(({ name }: { name: string }) => name), result.nextCursor];
  };

  test('T3 pages keep their cursors, also when nothing on them may be shown', async () => {
    expect(await namesOf(undefined, user)).toEqual([['list_notes'], 'second']);
    expect(await namesOf('second', user)).toEqual([[], 'third']);
    expect(await namesOf('third', user)).toEqual([['read_note', 'add_note'], undefined]);
  });

  test("T3 another caller's cursor shows what its user may see, and no more", async () => {
    expect(await namesOf('second', admin)).toEqual([['delete_note'], 'third']);
    expect(await namesOf('second', machine)).toEqual([[], 'third']);
    expect(await namesOf('third', machine)).toEqual([['read_note'], undefined]);
  });

  test('T3 prompts, resources and templates are listed where a rule allows them', async () => {
    expect((await resultOf('prompts/list', {}, user)).prompts).toMatchObject([{ name: 'summarize' }]);
    expect((await resultOf('resources/list', {}, user)).resources).toMatchObject([{ uri: 'notes://note/1' }]);
    expect((await resultOf('resources/templates/list', {}, user)).resourceTemplates).toMatchObject([
      { uriTemplate: 'notes://note/{id}' },
    ]);
  });

  test('T3 lists and reads are never kept for another', async () => {
    const results = await Promise.all([
      resultOf('tools/list', {}, user),
      resultOf('prompts/list', {}, user),
      resultOf('resources/list', {}, user),
      resultOf('resources/templates/list', {}, user),
      resultOf('resources/read', { uri: 'notes://note/1' }, user),
    ]);
    const scope = era === 'modern' ? 'private' : undefined;
    expect(results.map(({ cacheScope }) => cacheScope)).toEqual(results.map(() => scope));
  });

  test.each([
    ['a prompt', { type: 'ref/prompt', name: 'summarize' }, true],
    ['a template', { type: 'ref/resource', uri: 'notes://note/{id}' }, true],
    ['a prompt no rule names', { type: 'ref/prompt', name: 'reveal' }, false],
    ['a template no rule names', { type: 'ref/resource', uri: 'notes://secret/{id}' }, false],
    ['something else', { type: 'ref/tool', name: 'list_notes' }, false],
  ])('T3 completion for %s', async (_, ref, allowed) => {
    const response = await ask('completion/complete', { ref, argument: { name: 'id', value: '' } }, user);
    const [message] = await messagesFrom(response);
    expect(message?.result !== undefined).toBe(allowed);
  });
});

test('T3 a list of a server that says nothing of caching is kept private where the revision knows it', async () => {
  const answering =
    (result: object): McpFetch =>
    async () =>
      Response.json({ jsonrpc: '2.0', id: 1, result });
  const { headers, body } = modern('resources/read', { uri: 'notes://note/1' });
  const contents = [{ uri: 'notes://note/1', text: 'x' }];
  for (const [result, scope] of [
    [{ resultType: 'complete', contents }, 'private'],
    [{ resultType: 'complete', contents, cacheScope: 'public' }, 'private'],
    [{ contents }, undefined],
  ] as const) {
    const response = await testGuard(keys, answering(result)).post(body, { token: user, headers });
    const [message] = await messagesFrom(response);
    expect(message?.result.cacheScope).toBe(scope);
  }
});

describe('what is told while a stream is open', () => {
  const updated = (uri: unknown) => ({ jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } });
  const listed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed' };
  const streaming =
    (messages: object[]): McpFetch =>
    async () =>
      new Response(messages.map((one) => `event: message\ndata: ${JSON.stringify(one)}\n\n`).join(''), {
        headers: { 'content-type': 'text/event-stream' },
      });
  const told = async (messages: object[], token: string) => {
    const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
    const all = await messagesFrom(await testGuard(keys, streaming(messages)).post(body, { token, headers }));
    return all.map(({ params, method }) => params?.uri ?? method);
  };

  test('T3 an update of what the caller may read arrives', async () => {
    expect(await told([updated('notes://note/1'), listed], user)).toEqual([
      'notes://note/1',
      'notifications/tools/list_changed',
    ]);
  });

  test('T3 an update of what it may not read does not', async () => {
    const others = [updated('notes://secret/1'), updated('notes://note/../secret/1'), updated(7), updated(undefined)];
    expect(await told([...others, listed], admin)).toEqual(['notifications/tools/list_changed']);
  });

  test('T3 nor one for which a scope is missing', async () => {
    const reader = await sign(keys, userClaims({ scope: write }));
    expect(await told([updated('notes://note/1'), listed], reader)).toEqual(['notifications/tools/list_changed']);
  });

  test('T3 nor one of a group the caller is not in', () => {
    const rules = [{ resources: ['notes://*'], scopes: [], groups: ['admins'] }];
    const policy = compilePolicy({ version: 1, scopes: [], rules });
    expect(mayBeTold(updated('notes://note/1'), { policy, principal: USER })).toBe(false);
    expect(mayBeTold(updated('notes://note/1'), { policy, principal: ADMIN })).toBe(true);
  });

  test.each([
    ['what it may read', 'notes://note/1', true],
    ['what no rule names', 'notes://secret/1', false],
  ])('T3 a subscription to %s', async (_, uri, allowed) => {
    const { headers, body } = modern('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } });
    const guarded = testGuard(keys, mcpServer(server, {}));
    const [message] = await messagesFrom(await guarded.post(body, { token: user, headers }));
    expect(message?.method === 'notifications/subscriptions/acknowledged').toBe(allowed);
    expect(message?.error?.code).toBe(allowed ? undefined : -32602);
  });

  test.each([
    ['what it may read', 'notes://note/1', true],
    ['what no rule names', 'notes://secret/1', false],
  ])('T3 a subscription of the older protocol to %s', async (_, uri, allowed) => {
    const body = { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri } };
    const guarded = testGuard(keys, mcpServer(server, {}));
    const headers = { 'mcp-protocol-version': '2025-11-25' };
    const [message] = await messagesFrom(await guarded.post(body, { token: user, headers }));
    expect(message?.result !== undefined).toBe(allowed);
  });
});

test('T3 a link to what the caller may not read passes, and is no way to read it', async () => {
  const link = { type: 'resource_link', uri: 'notes://secret/1', name: 'secret' };
  const linking: McpFetch = async () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [link] } });
  const guarded = testGuard(keys, linking);
  const ask = async (method: string, params: object) =>
    (await messagesFrom(await guarded.post({ jsonrpc: '2.0', id: 1, method, params }, { token: user })))[0];
  expect((await ask('tools/call', { name: 'list_notes' }))?.result.content).toEqual([link]);
  expect((await ask('resources/read', { uri: link.uri }))?.error.code).toBe(-32002);
});
