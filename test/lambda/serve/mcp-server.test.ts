/** The guard around real SDK servers, in both protocol eras, with servers used again. */
import { McpServer, ResourceTemplate, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { principalOf, toolError } from '../../../lambda/serve/runtime';
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
  write,
} from '../../support/guard';

let keys: Keys;
let ada: string;
let ben: string;
beforeAll(async () => {
  keys = await makeKeys();
  ada = await sign(keys, userClaims({ sub: 'ada', scope: `${read} ${write}`, 'cognito:groups': ['admins'] }));
  ben = await sign(keys, userClaims({ sub: 'ben' }));
});

const contexts: ServerContext[] = [];
let built = 0;
let release: (() => void)[] = [];

function notes(): McpServer {
  built += 1;
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const inputSchema = z.object({ id: z.string().optional() });
  server.registerTool('list_notes', { inputSchema }, async (_args, ctx) => {
    contexts.push(ctx);
    return { content: [{ type: 'text', text: `notes of ${principalOf(ctx).id}` }] };
  });
  server.registerTool('read_note', { inputSchema }, async () => {
    throw new Error('password=hunter2');
  });
  server.registerTool('read_other', { inputSchema }, async () => toolError('no such note'));
  server.registerTool('read_slow', { inputSchema }, async (_args, ctx) => {
    await new Promise<void>((resolve) => release.push(resolve));
    return { content: [{ type: 'text', text: `slow notes of ${principalOf(ctx).id}` }] };
  });
  server.registerTool('drop_table', { inputSchema }, async () => ({ content: [] }));
  server.registerResource('note', new ResourceTemplate('notes://note/{id}', { list: undefined }), {}, async (uri) => {
    throw new Error(`ENOENT ${uri.href} /srv/secret`);
  });
  return server;
}

function start() {
  built = 0;
  release = [];
  contexts.length = 0;
  return testGuard(keys, mcpServer(notes, {}));
}

type Guarded = ReturnType<typeof start>;

const eras = [
  [
    'modern',
    (guarded: Guarded, method: string, params: Record<string, unknown>, token: string) => {
      const { headers, body } = modern(method, params);
      return guarded.post(body, { token, headers });
    },
  ],
  [
    'legacy',
    (guarded: Guarded, method: string, params: Record<string, unknown>, token: string) =>
      guarded.post(
        { jsonrpc: '2.0', id: 1, method, params },
        { token, headers: { 'mcp-protocol-version': '2025-11-25' } },
      ),
  ],
] as const;

describe.each(eras)('%s', (era, ask) => {
  test('T3 lists only what the caller may see', async () => {
    const [message] = await messagesFrom(await ask(start(), 'tools/list', {}, ada));
    expect(message?.result.tools.map((tool: { name: string }) => tool.name)).toEqual([
      'list_notes',
      'read_note',
      'read_other',
      'read_slow',
    ]);
  });

  test('T3 an unknown tool answers just as one that is denied', async () => {
    const guarded = start();
    const [denied] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'drop_table' }, ada));
    // The prefix rule allows the name, and the server has no such tool: the SDK's own answer.
    const [unknown] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'read_nothing' }, ada));
    expect(JSON.stringify(unknown).replace('read_nothing', '?')).toBe(
      JSON.stringify(denied).replace('drop_table', '?'),
    );
  });

  test('T9 what a tool throws stays inside, what it says with toolError does not', async () => {
    const guarded = start();
    const [thrown] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'read_note' }, ada));
    expect(thrown?.result).toMatchObject({
      isError: true,
      content: [{ text: 'The tool failed. Error id: request-1' }],
    });
    const [said] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'read_other' }, ada));
    expect(said?.result).toMatchObject({ isError: true, content: [{ text: 'no such note' }] });
    expect(JSON.stringify(said)).not.toContain('cdk-mcp');
    expect(JSON.stringify(guarded.records)).toContain('hunter2');
  });

  test('T9 what a resource throws stays inside', async () => {
    const text = await (await ask(start(), 'resources/read', { uri: 'notes://note/1' }, ada)).text();
    expect(text).toContain('Internal error');
    expect(text).not.toContain('secret');
  });

  test('T1 tools learn the caller and never the token', async () => {
    const guarded = start();
    const [message] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'list_notes' }, ben));
    expect(message?.result.content[0].text).toBe('notes of ben');
    const { http } = contexts[0]!;
    expect(http?.authInfo?.token).toBe('withheld');
    expect(http?.req?.headers.get('authorization')).toBeNull();
    const reachable = JSON.stringify([http?.authInfo, [...(http?.req?.headers ?? [])], http?.req?.url]);
    expect(reachable).not.toContain(ben.split('.')[2]);
  });

  test('a server is used again, and callers that take turns on it never meet', async () => {
    const guarded = start();
    for (let turn = 0; turn < 20; turn++) {
      const token = turn % 2 === 0 ? ada : ben;
      const [message] = await messagesFrom(await ask(guarded, 'tools/call', { name: 'list_notes' }, token));
      expect(message?.result.content[0].text).toBe(`notes of ${turn % 2 === 0 ? 'ada' : 'ben'}`);
    }
    expect(built).toBe(1);
  });

  test('calls at the same time get servers of their own', async () => {
    const guarded = start();
    const calls = [ada, ben].map(async (token) =>
      messagesFrom(await ask(guarded, 'tools/call', { name: 'read_slow' }, token)),
    );
    while (release.length < 2) await new Promise((resolve) => setImmediate(resolve));
    for (const go of release.reverse()) go();
    const texts = (await Promise.all(calls)).map(([message]) => message?.result.content[0].text);
    expect(texts).toEqual(['slow notes of ada', 'slow notes of ben']);
    expect(built).toBe(2);
  });

  test('T8 a server whose call was aborted is not used again', async () => {
    const guarded = start();
    const client = new AbortController();
    const { headers, body } = modern('tools/call', { name: 'read_slow' });
    const legacy = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read_slow' } };
    const response = guarded.post(era === 'modern' ? body : legacy, {
      token: ada,
      headers: era === 'modern' ? headers : {},
      disconnected: client.signal,
    });
    while (release.length < 1) await new Promise((resolve) => setImmediate(resolve));
    client.abort();
    await response.then((answered) => answered.text()).catch(() => {});
    await messagesFrom(await ask(guarded, 'tools/call', { name: 'list_notes' }, ben));
    expect(built).toBe(2);
  });

  test('T9 a factory that throws is an id on the wire and a story in the log', async () => {
    const guarded = testGuard(
      keys,
      mcpServer(() => {
        throw new Error('dsn=hunter2');
      }, {}),
    );
    const response = await ask(guarded, 'tools/list', {}, ada);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(guarded.records.some((record) => record.type === 'error' && String(record.fault).includes('hunter2'))).toBe(
      true,
    );
  });
});

test('what an initialize leaves on a server is not met by the next caller', async () => {
  const guarded = start();
  const initialize = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'of ada', version: '1' } },
  };
  const [welcome] = await messagesFrom(await guarded.post(initialize, { token: ada }));
  expect(welcome?.result).toMatchObject({ protocolVersion: '2025-11-25', serverInfo: { name: 'notes' } });
  await messagesFrom(
    await guarded.post(toolCall('list_notes'), { token: ben, headers: { 'mcp-protocol-version': '2025-11-25' } }),
  );
  expect(built).toBe(2);
});

test('a bounded subscription is acknowledged and then closed with its result', async () => {
  const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
  const messages = await messagesFrom(await start().post(body, { token: ada, headers }));
  expect(messages.map(({ method, id }) => method ?? id)).toEqual(['notifications/subscriptions/acknowledged', 1]);
});

test('a batch of the older protocol is answered', async () => {
  const messages = await messagesFrom(
    await start().post([toolCall('list_notes', {}, 1), toolCall('list_notes', {}, 2)], {
      token: ben,
      headers: { 'mcp-protocol-version': '2025-03-26' },
    }),
  );
  expect(messages.map(({ id }) => id).sort()).toEqual([1, 2]);
});

test('principalOf says what is wrong outside a guarded request', () => {
  expect(() => principalOf({} as ServerContext)).toThrow(/did not come|not of a request/);
});
