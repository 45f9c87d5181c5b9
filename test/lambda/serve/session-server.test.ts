/** Servers of sessions on one instance: when they are built, kept and closed, and what a buffered transport makes of them. */
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { listTools as listToolsOf } from '../../../lambda/guard/tools/tool-list';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { toolError } from '../../../lambda/serve/runtime';
import { type Keys, makeKeys, messagesFrom, RESOURCE, sign, toolCall, userClaims } from '../../support/guard';
import { INITIALIZE, type SessionGuard, sessionGuard } from '../../support/session-guard';
import { type StateTable, startStateTable } from '../../support/state-table';

let keys: Keys;
let state: StateTable;
let ada: string;
let ben: string;
let built = 0;
let closed = 0;
let broken = false;

beforeAll(async () => {
  keys = await makeKeys();
  state = await startStateTable();
  ada = await sign(keys, userClaims({ sub: 'ada' }));
  ben = await sign(keys, userClaims({ sub: 'ben' }));
});
beforeEach(() => {
  built = 0;
  closed = 0;
  broken = false;
});
afterAll(() => state.stop());

function build(): McpServer {
  if (broken) throw new Error('dsn=hunter2');
  built += 1;
  const server = new McpServer({ name: 'notes', version: '1.0.0' }, { capabilities: { logging: {}, tools: {} } });
  server.server.onclose = () => {
    closed += 1;
  };
  const inputSchema = z.object({});
  server.registerTool('list_notes', { inputSchema }, async (_args, ctx) => {
    await ctx.mcpReq.log('info', 'looking');
    await server.server.sendToolListChanged();
    return { content: [{ type: 'text', text: ctx.sessionId ?? 'none' }] };
  });
  // Shown to nobody before the session asks for it, so that no catalogue knows it.
  const hidden = server.registerTool('read_hidden', { inputSchema }, async () => ({
    content: [{ type: 'text', text: 'read' }],
  }));
  hidden.disable();
  server.registerTool('read_on', { inputSchema }, async () => {
    hidden.enable();
    return { content: [{ type: 'text', text: 'enabled' }] };
  });
  server.registerTool('read_person', { inputSchema }, async (_args, ctx) => {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'Who?' } }];
    return ctx.mcpReq.requestSampling({ messages, maxTokens: 1 }).then(
      () => ({ content: [] }),
      (error) => toolError(String(error)),
    );
  });
  return server;
}

const instance = (streams = false, clock?: () => number) =>
  sessionGuard(keys, { table: state.table, streams, clock }, mcpServer(build, { streams }));

async function call(at: SessionGuard, id: string, token = ada, name = 'list_notes'): Promise<string> {
  const messages = await messagesFrom(await at.ask('POST', toolCall(name), { token, id }));
  const answer = messages.at(-1);
  return answer?.result?.content[0]?.text ?? answer?.error.message;
}

test('a server is kept for its session, and closed when that ends', async () => {
  const at = instance();
  const id = await at.begin(ada);
  expect(id).not.toBe('');
  expect(await call(at, id)).toBe(id);
  expect(await call(at, id)).toBe(id);
  expect(built).toBe(1);
  const ended = await at.ask('DELETE', undefined, { token: ada, id });
  expect([ended.status, await ended.text()]).toEqual([204, '']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).toBe(1);
});

test('requests at the same time find one server, on an instance that did not begin the session', async () => {
  const id = await instance().begin(ada);
  const at = instance();
  expect(await Promise.all([call(at, id), call(at, id), call(at, id)])).toEqual([id, id, id]);
  expect(built).toBe(2);
});

test('T2 two sessions of one user do not share a server', async () => {
  const at = instance();
  const ids = [await at.begin(ada), await at.begin(ada)];
  expect(await Promise.all(ids.map((id) => call(at, id)))).toEqual(ids);
  expect(built).toBe(2);
});

test('T8 servers are bounded: the sessions of one principal push out their own oldest, and go on', async () => {
  const at = instance();
  const bens = await at.begin(ben);
  const first = await at.begin(ada);
  for (let session = 0; session < 16; session++) await at.begin(ada);
  await new Promise((resolve) => setImmediate(resolve));
  expect([built, closed]).toEqual([18, 1]);
  expect(await call(at, bens, ben)).toBe(bens);
  expect(built).toBe(18);
  expect(await call(at, first)).toBe(first);
  expect(built).toBe(19);
});

test('T2 on a buffered transport a question fails at once, and what belongs to no call is dropped', async () => {
  const at = instance(false);
  const id = await at.begin(ada);
  const started = Date.now();
  expect(await call(at, id, ada, 'read_person')).toContain('this transport does not stream');
  expect(Date.now() - started).toBeLessThan(1_000);
  const messages = await messagesFrom(await at.ask('POST', toolCall('list_notes'), { token: ada, id }));
  expect(messages.map(({ method, id }) => method ?? id)).toEqual(['notifications/message', 1]);
});

test('T9 a factory that throws is an id on the wire, and the session can go on after it', async () => {
  const id = await instance().begin(ada);
  const at = instance();
  broken = true;
  const response = await at.ask('POST', toolCall('list_notes'), { token: ada, id });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('hunter2');
  expect(at.records.some(({ fault }) => String(fault).includes('hunter2'))).toBe(true);
  broken = false;
  expect(await call(at, id)).toBe(id);
});

test('a session that the server does not begin is not kept', async () => {
  await state.clear();
  const at = instance();
  const nameless = { ...INITIALIZE, params: { ...INITIALIZE.params, clientInfo: {} } };
  const response = await at.ask('POST', nameless, { token: ada });
  expect([response.status, response.headers.get('mcp-session-id')]).toEqual([400, null]);
  expect(await state.dump()).toBe('[]');
});

test('T3 a tool that a session switched on is called in it, and in no other', async () => {
  const fetch = mcpServer(build, { streams: false });
  const listTools = listToolsOf(fetch, RESOURCE);
  const at = sessionGuard(keys, { table: state.table, listTools }, fetch);
  const [on, off] = [await at.begin(ada), await at.begin(ada)];
  expect(await call(at, on, ada, 'read_hidden')).not.toBe('read');
  expect(await call(at, on, ada, 'read_on')).toBe('enabled');
  expect(await call(at, on, ada, 'read_hidden')).toBe('read');
  expect(await call(at, off, ada, 'read_hidden')).not.toBe('read');
});
