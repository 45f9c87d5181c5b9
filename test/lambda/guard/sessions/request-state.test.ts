/** `requestState` between rounds, through guards that share a table and nothing else. */
import { inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { Table } from '../../../../lambda/guard/dynamodb';
import type { GuardDependencies } from '../../../../lambda/guard/guard';
import type { Message } from '../../../../lambda/guard/message';
import { openState, type StateOwner, sealState } from '../../../../lambda/guard/sessions/request-state';
import { sealKey } from '../../../../lambda/guard/sessions/seal-key';
import { mcpServer } from '../../../../lambda/serve/mcp-server';
import { type Keys, makeKeys, messagesFrom, modern, sign, testGuard, USER, userClaims } from '../../../support/guard';
import { type StateTable, startStateTable } from '../../../support/state-table';

let keys: Keys;
let state: StateTable;
let ada: string;

beforeAll(async () => {
  keys = await makeKeys();
  state = await startStateTable();
  ada = await sign(keys, userClaims({ sub: 'ada' }));
});
beforeEach(() => state.clear());
afterAll(() => state.stop());

const SECRET = 'round one of ada';

function build(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const inputSchema = z.object({ a: z.number().optional(), b: z.number().optional() });
  for (const name of ['read_note', 'read_other']) {
    server.registerTool(name, { inputSchema }, async (_args, ctx) => {
      const known = ctx.mcpReq.requestState();
      if (known === undefined) return inputRequired({ requestState: SECRET });
      return { content: [{ type: 'text', text: `back: ${String(known)}` }] };
    });
  }
  server.registerPrompt('summarize', {}, async (ctx) => {
    const known = ctx.mcpReq.requestState();
    if (known === undefined) return inputRequired({ requestState: SECRET });
    return { messages: [{ role: 'user', content: { type: 'text', text: String(known) } }] };
  });
  return server;
}

const instance = (dependencies: GuardDependencies = {}) =>
  testGuard(keys, mcpServer(build, {}), { table: state.table, ...dependencies });

type Instance = ReturnType<typeof instance>;

async function call(at: Instance, params: Record<string, unknown>, token = ada, method = 'tools/call') {
  const { headers, body } = modern(method, params);
  const [message] = await messagesFrom(await at.post(body, { headers, token }));
  return message;
}

const note = { name: 'read_note', arguments: { a: 1, b: 2 } };

async function sealed(at: Instance = instance(), token = ada): Promise<string> {
  const message = await call(at, note, token);
  expect(message?.result.resultType).toBe('input_required');
  return message?.result.requestState;
}

describe('requestState', () => {
  test('T2 comes back on any instance, and means nothing outside', async () => {
    const requestState = await sealed();
    expect(Buffer.from(requestState, 'base64url').toString('latin1')).not.toContain('round');
    const message = await call(instance(), { ...note, requestState });
    expect(message?.result.content[0].text).toBe(`back: ${SECRET}`);
  });

  test('T2 is the same request when its arguments stand in another order', async () => {
    const requestState = await sealed();
    const message = await call(instance(), { name: 'read_note', arguments: { b: 2, a: 1 }, requestState });
    expect(message?.result.content[0].text).toBe(`back: ${SECRET}`);
  });

  test('T2 is sealed in prompts too', async () => {
    const first = await call(instance(), { name: 'summarize' }, ada, 'prompts/get');
    const requestState = first?.result.requestState;
    expect(requestState).not.toContain('round');
    const second = await call(instance(), { name: 'summarize', requestState }, ada, 'prompts/get');
    expect(second?.result.messages[0].content.text).toBe(SECRET);
  });

  const changed = (text: string, at: number) =>
    `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

  test.each([
    ['plain', () => SECRET],
    ['empty', () => ''],
    ['changed at its beginning', (value: string) => changed(value, 0)],
    ['changed at its end', (value: string) => changed(value, value.length - 3)],
    ['cut', (value: string) => value.slice(0, -4)],
    ['no text', () => 7],
    ['an object', () => ({})],
    ['null', () => null],
  ])('T2 refuses a state that is %s', async (_what, change) => {
    const at = instance();
    const message = await call(at, { ...note, requestState: change(await sealed()) });
    expect(message?.error).toMatchObject({ code: -32602, message: 'requestState is not valid for this request' });
    expect(at.audits().map(({ decision, reason }) => `${decision} ${reason}`)).toEqual([
      'refuse request_state_invalid',
    ]);
  });

  test("T2 refuses somebody else's state, and that of another client of the same user", async () => {
    const requestState = await sealed();
    for (const claims of [{ sub: 'ben' }, { sub: 'ada', client_id: 'other-client' }]) {
      const revocation: GuardDependencies['revocation'] = (principal) => ({
        ok: true,
        value: { ...principal, client: String(claims.client_id ?? principal.client) },
      });
      const token = await sign(keys, userClaims({ sub: claims.sub }));
      const message = await call(instance({ revocation }), { ...note, requestState }, token);
      expect(message?.error.code).toBe(-32602);
    }
  });

  test('T2 refuses a state for another call', async () => {
    const requestState = await sealed();
    for (const [method, params] of [
      ['tools/call', { ...note, name: 'read_other' }],
      ['tools/call', { ...note, arguments: { a: 1, b: 3 } }],
      ['tools/call', { name: 'read_note' }],
      ['prompts/get', { name: 'summarize' }],
      ['tools/list', {}],
    ] as const) {
      const message = await call(instance(), { ...params, requestState }, ada, method);
      expect(message?.error.code).toBe(-32602);
    }
  });

  test('T2 opens for its owner alone, in every part of what an owner is', () => {
    const key = Buffer.alloc(32, 1);
    const message = { kind: 'request', id: 1, method: 'tools/call', params: note } as const;
    const owner: StateOwner = { resource: 'https://a.example/mcp', principal: USER, request: message };
    const kept = sealState(key, owner, SECRET, 0);
    expect(openState(key, { ...owner, request: { ...message, id: 2 } }, kept, 0)).toBe(SECRET);
    for (const other of [
      { ...owner, resource: 'https://b.example/mcp' },
      { ...owner, principal: { ...USER, kind: 'machine' as const } },
      { ...owner, principal: { ...USER, id: 'ben' } },
      { ...owner, principal: { ...USER, client: 'other' } },
      { ...owner, request: { ...message, method: 'prompts/get' } },
      { ...owner, request: { ...message, params: { ...note, name: 'read_other' } } },
      { ...owner, request: { ...message, params: { ...note, arguments: { a: 1 } } } },
    ]) {
      expect(openState(key, other, kept, 0)).toBeUndefined();
    }
    expect(openState(Buffer.alloc(32, 2), owner, kept, 0)).toBeUndefined();
  });

  test('T2 refuses a state after ten minutes', async () => {
    const requestState = await sealed();
    const token = await sign(keys, userClaims({ sub: 'ada', exp: Math.floor(Date.now() / 1000) + 3_600 }));
    const at = (ms: number) => instance({ clock: () => Date.now() + ms });
    expect((await call(at(590_000), { ...note, requestState }, token))?.result).toBeDefined();
    expect((await call(at(601_000), { ...note, requestState }, token))?.error.code).toBe(-32602);
  });

  test('T2 refuses a state that a legacy request brings along', async () => {
    const body = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { ...note, requestState: SECRET } };
    const [message] = await messagesFrom(await instance().post(body, { token: ada }));
    expect(message?.error.code).toBe(-32602);
  });

  test('T2 refuses each request of a batch that has one with a foreign state', async () => {
    const request = (id: number, params: object) => ({ jsonrpc: '2.0', id, method: 'tools/call', params });
    const body = [request(1, { name: 'list_notes' }), request(2, { ...note, requestState: SECRET })];
    const messages = await messagesFrom(await instance().post(body, { token: ada }));
    expect(messages.map(({ id, error }) => [id, error?.code])).toEqual([
      [1, -32602],
      [2, -32602],
    ]);
  });

  test('T2 one key is made, however many instances need it at once', async () => {
    const sealing = Array.from({ length: 8 }, () => sealKey(state.table, () => {}).load());
    const made = new Set((await Promise.all(sealing)).map((key) => key.toString('hex')));
    expect(made.size).toBe(1);
    expect([...made][0]).toHaveLength(64);
    await state.clear();
    expect((await sealKey(state.table, () => {}).load()).toString('hex')).not.toBe([...made][0]);
  });

  test('nobody who keeps no state reads the table', async () => {
    let asked = 0;
    const counting = new Proxy(state.table, {
      get: (table, name: keyof Table) => {
        asked += 1;
        return table[name];
      },
    });
    const at = instance({ table: counting });
    await call(at, {}, ada, 'tools/list');
    expect(asked).toBe(0);
    await sealed(at);
    const once = asked;
    await sealed(at);
    expect(asked).toBe(once);
  });

  test('T2 a state does not leave, nor come back, when the key cannot be had', async () => {
    const fails = async () => Promise.reject(new Error('throttled'));
    const at = instance({ table: { get: fails, put: fails, update: fails, delete: fails } as Table });
    const out = await call(at, note);
    expect(out?.error.message).toBe('Internal error');
    expect(JSON.stringify(out)).not.toContain('round');
    const { headers, body } = modern('tools/call', { ...note, requestState: await sealed() });
    expect((await at.post(body, { headers, token: ada })).status).toBe(503);
  });

  test('T2 without a table a process has a key of its own, and says so', async () => {
    const alone = instance({ table: undefined });
    const requestState = await sealed(alone);
    expect((await call(alone, { ...note, requestState }))?.result.content[0].text).toBe(`back: ${SECRET}`);
    expect((await call(instance({ table: undefined }), { ...note, requestState }))?.error.code).toBe(-32602);
    const warnings = alone.records.filter((record) => record.type === 'error');
    expect(warnings).toMatchObject([{ requestId: 'start', fault: expect.stringContaining('no state table') }]);
  });
});

test('T2 a state of a call that addresses one tenant means nothing in a call that addresses another', () => {
  const key = new Uint8Array(32).fill(7);
  const request: Message = {
    kind: 'request',
    id: 1,
    method: 'tools/call',
    params: { name: 'read_note', arguments: {} },
  };
  const owner = (tenant: string) => ({
    resource: 'https://mcp.example.com/mcp',
    principal: { ...USER, context: { 'x-tenant': tenant } },
    request,
  });
  const state = sealState(key, owner('a'), 'approved', 0);
  expect(openState(key, owner('a'), state, 1)).toBe('approved');
  expect(openState(key, owner('b'), state, 1)).toBeUndefined();
});
