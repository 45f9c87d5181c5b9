/** What a tool is given, through the guard and a real SDK server, in both protocol eras. */
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { GuardDependencies } from '../../../lambda/guard/guard';
import { listTools } from '../../../lambda/guard/tools/tool-list';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { principalOf } from '../../../lambda/serve/runtime';
import { type Keys, makeKeys, messagesFrom, modern, RESOURCE, sign, testGuard, userClaims } from '../../support/guard';

let keys: Keys;
let ada: string;
let ben: string;
beforeAll(async () => {
  keys = await makeKeys();
  ada = await sign(keys, userClaims({ sub: 'ada' }));
  ben = await sign(keys, userClaims({ sub: 'ben' }));
});

const ran: unknown[] = [];
let lists = 0;
const said = (given: unknown) => {
  ran.push(given);
  return { content: [{ type: 'text' as const, text: 'done' }] };
};

function server(): McpServer {
  const product = new McpServer({ name: 'notes', version: '1.0.0' });
  const inputSchema = z.object({ id: z.string().max(8).optional(), filter: z.object({ tag: z.string() }).optional() });
  product.registerTool('list_notes', { inputSchema }, async (given) => said(given));
  product.registerTool('read_open', { inputSchema: z.looseObject({ id: z.string() }) }, async (given) => said(given));
  product.registerTool(
    'read_raw',
    { inputSchema: fromJsonSchema({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }) },
    async (given) => said(given),
  );
  product.registerTool(
    'read_tagged',
    {
      inputSchema: fromJsonSchema({
        type: 'object',
        properties: { labels: { type: 'object' }, constructor: { type: 'string' } },
      }),
    },
    async (given) => said(given),
  );
  product.registerTool(
    'read_bank',
    { inputSchema: z.object({ pin: z.string().describe('Your PIN') }) },
    async (given) => said(given),
  );
  product.registerTool('read_mail', { inputSchema: z.object({ imap: z.object({ password: z.string() }) }) }, async () =>
    said('mail'),
  );
  product.registerTool('read_page', { inputSchema: z.object({ page_token: z.string() }) }, async (given) =>
    said(given),
  );
  return product;
}

function start(dependencies: GuardDependencies = {}, build = server) {
  ran.length = 0;
  lists = 0;
  const fetch = mcpServer(build, {});
  const list = listTools(fetch, RESOURCE);
  return testGuard(keys, fetch, {
    listTools: (admitted) => {
      lists += 1;
      return list(admitted);
    },
    ...dependencies,
  });
}

type Guarded = ReturnType<typeof start>;
type Ask = (guarded: Guarded, method: string, params: Record<string, unknown>, token?: string) => Promise<Response>;

const eras: [string, Ask][] = [
  [
    'modern',
    (guarded, method, params, token = ada) => {
      const { headers, body } = modern(method, params);
      return guarded.post(body, { token, headers });
    },
  ],
  [
    'legacy',
    (guarded, method, params, token = ada) =>
      guarded.post(
        { jsonrpc: '2.0', id: 1, method, params },
        { token, headers: { 'mcp-protocol-version': '2025-11-25' } },
      ),
  ],
];

describe.each(eras)('%s', (_, ask) => {
  const call = async (guarded: Guarded, name: string, given?: unknown, token = ada) => {
    const response = await ask(
      guarded,
      'tools/call',
      { name, ...(given !== undefined && { arguments: given }) },
      token,
    );
    const [message] = await messagesFrom(response);
    return message;
  };

  test('T5 what the schema names reaches the tool', async () => {
    const guarded = start();
    await call(guarded, 'list_notes');
    await call(guarded, 'list_notes', { id: 'a', filter: { tag: 'b' } });
    await call(guarded, 'read_open', { id: 'a', other: 1 });
    await call(guarded, 'read_raw', { n: 1 });
    await call(guarded, 'read_page', { page_token: 'x' });
    await call(guarded, 'read_tagged', { labels: { team: 'a' }, constructor: 'Ferrari' });
    expect(ran).toHaveLength(6);
    expect(ran[2]).toEqual({ id: 'a', other: 1 });
    expect(lists).toBe(1);
  });

  test.each<[string, string, unknown, string]>([
    ['an unknown property', 'list_notes', { id: 'a', sneaky: 'hunter2' }, '/sneaky is not a property of the schema'],
    [
      'an unknown property inside',
      'list_notes',
      { filter: { tag: 'a', x: 'hunter2' } },
      '/filter/x is not a property of the schema',
    ],
    ['a wrong type', 'read_raw', { n: 'hunter2' }, '/n must be a whole number'],
    ['a missing property', 'read_raw', {}, '/n is missing'],
    ['a text too long', 'list_notes', { id: 'hunter2hunter2' }, '/id must have at most 8 characters'],
    [
      'a prototype',
      'read_open',
      JSON.parse('{"id":"a","__proto__":{"x":"hunter2"}}'),
      '/__proto__ is not a name that a property may have',
    ],
    [
      'a name that all objects share',
      'read_tagged',
      { labels: { constructor: 'hunter2' } },
      '/labels/constructor is not a name that a property may have',
    ],
    ['no object', 'list_notes', ['hunter2'], 'the object must be an object'],
    ['a list without end', 'read_open', { id: 'a', list: Array(10_001).fill(0) }, '/list has more than 10000 elements'],
    [
      'a text without end',
      'read_open',
      { id: 'a', text: 'x'.repeat(262_145) },
      '/text is longer than 262144 characters',
    ],
  ])('T5 refuses %s, naming it and not the value', async (_what, tool, given, says) => {
    const guarded = start();
    const message = await call(guarded, tool, given);
    expect(message?.error).toMatchObject({ code: -32602, message: `Invalid arguments: ${says}` });
    expect(ran).toEqual([]);
    expect(guarded.audits()[0]).toMatchObject({ decision: 'refuse', reason: 'arguments_invalid', name: tool });
    expect(JSON.stringify([message, guarded.records])).not.toContain('hunter2');
  });

  test('T5 a tool that the server does not list is unknown, as one that no rule names', async () => {
    const guarded = start();
    const unknown = await call(guarded, 'read_nothing', { a: 1 });
    const denied = await call(guarded, 'drop_table', { a: 1 });
    expect(JSON.stringify(unknown).replace('read_nothing', '?')).toBe(
      JSON.stringify(denied).replace('drop_table', '?'),
    );
    expect(guarded.audits().map(({ reason }) => reason)).toEqual(['tool_unknown', 'no_rule']);
  });

  test('T5 the tool list is asked for again when it may have changed', async () => {
    let now = Date.now();
    const guarded = start({ clock: () => now });
    await call(guarded, 'list_notes');
    await call(guarded, 'list_notes');
    expect(lists).toBe(1);
    now += 301_000;
    await call(guarded, 'list_notes');
    expect(lists).toBe(2);
  });

  test('T5 a list that fails stops the call and is a story in the log alone', async () => {
    const guarded = start({ listTools: async () => Promise.reject(new Error('dsn=hunter2')) });
    const response = await ask(guarded, 'tools/call', { name: 'list_notes' });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(JSON.stringify(guarded.records.map((one) => ('fault' in one ? String(one.fault) : '')))).toContain(
      'hunter2',
    );
  });

  test('T6 a tool that asks for a credential is neither listed nor called', async () => {
    const guarded = start();
    const [listed] = await messagesFrom(await ask(guarded, 'tools/list', {}));
    expect(listed?.result.tools.map(({ name }: { name: string }) => name)).toEqual([
      'list_notes',
      'read_open',
      'read_raw',
      'read_tagged',
      'read_page',
    ]);
    const refused = await call(guarded, 'read_mail', { imap: { password: 'hunter2' } });
    const denied = await call(guarded, 'drop_table', {});
    expect(JSON.stringify(refused).replace('read_mail', '?')).toBe(JSON.stringify(denied).replace('drop_table', '?'));
    expect(ran).toEqual([]);
    expect(guarded.audits()[1]).toMatchObject({ reason: 'asks_for_credentials', name: 'read_mail' });
  });

  test('T6 each withheld tool is logged once', async () => {
    const guarded = start();
    for (let turn = 0; turn < 3; turn++) await (await ask(guarded, 'tools/list', {})).text();
    await call(guarded, 'read_bank', { pin: '1234' });
    const withheld = guarded.records.filter(({ type }) => type === 'withheld');
    expect(withheld).toMatchObject([
      { server: 'notes', name: 'read_bank', property: '/pin' },
      { server: 'notes', name: 'read_mail', property: '/imap/password' },
    ]);
    expect(JSON.stringify(guarded.records)).not.toContain('1234');
  });

  test('T6 a tool that begins to ask for a credential is withheld at once', async () => {
    let asks = false;
    let property = 'password';
    const changing = () => {
      const product = server();
      product.server.setRequestHandler('tools/list', () => ({
        tools: [
          {
            name: 'list_notes',
            inputSchema: { type: 'object' as const, properties: Object.fromEntries(asks ? [[property, {}]] : []) },
          },
        ],
      }));
      return product;
    };
    const guarded = start({}, changing);
    expect((await call(guarded, 'list_notes'))?.result).toBeDefined();
    asks = true;
    const [listed] = await messagesFrom(await ask(guarded, 'tools/list', {}));
    expect(listed?.result.tools).toEqual([]);
    expect((await call(guarded, 'list_notes'))?.error.message).toBe('Tool list_notes not found');
    property = 'secret';
    await (await ask(guarded, 'tools/list', {})).text();
    expect(guarded.records.filter(({ type }) => type === 'withheld')).toMatchObject([{ property: '/password' }]);
  });

  test('T5 a tool that only some callers are shown is found for them', async () => {
    const perCaller = () => {
      const product = server();
      product.server.setRequestHandler('tools/list', (_request, ctx) => ({
        tools: principalOf(ctx).id === 'ben' ? [{ name: 'list_notes', inputSchema: { type: 'object' as const } }] : [],
      }));
      return product;
    };
    const guarded = start({}, perCaller);
    expect((await call(guarded, 'list_notes', {}))?.error.message).toBe('Tool list_notes not found');
    expect((await call(guarded, 'list_notes', {}, ben))?.result).toBeDefined();
  });
});

test('T5 a batch with one call that is refused is refused whole', async () => {
  const guarded = start();
  const calls = [{ id: 'a' }, { other: 1 }].map((given, id) => ({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'list_notes', arguments: given },
  }));
  const messages = await messagesFrom(
    await guarded.post(calls, { token: ada, headers: { 'mcp-protocol-version': '2025-03-26' } }),
  );
  expect(messages.map(({ error }) => error.code)).toEqual([-32602, -32602]);
  expect(ran).toEqual([]);
});
