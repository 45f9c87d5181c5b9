import type { Table } from '../../../../lambda/guard/dynamodb';
import { createGuard, type GuardDependencies } from '../../../../lambda/guard/guard';
import type { Principal } from '../../../../lambda/guard/principal';
import { seal, unseal } from '../../../../lambda/guard/sessions/sealed';
import { SessionStore } from '../../../../lambda/guard/sessions/session-store';
import { CONFIG, type Keys, makeKeys, modern, sign, toolCall, USER, userClaims } from '../../../support/guard';
import { INITIALIZE, SESSION_SECONDS, sessionGuard } from '../../../support/session-guard';
import { STATE_TABLE, type StateTable, startStateTable } from '../../../support/state-table';

let keys: Keys;
let state: StateTable;
let ada: string;
let ben: string;

beforeAll(async () => {
  keys = await makeKeys();
  state = await startStateTable();
  const exp = Math.floor(Date.now() / 1000) + 30_000;
  ada = await sign(keys, userClaims({ sub: 'ada', exp }));
  ben = await sign(keys, userClaims({ sub: 'ben', exp }));
});
beforeEach(() => state.clear());
afterAll(() => state.stop());

const instance = (dependencies: GuardDependencies = {}) =>
  sessionGuard(keys, { table: state.table, streams: true, ...dependencies });
const later = (seconds: number): GuardDependencies => ({ clock: () => Date.now() + seconds * 1000 });
const call = toolCall('list_notes');
const request = (method: string, params: object) => ({ jsonrpc: '2.0', id: 2, method, params });

/** The table with its calls counted. */
function counted(): { table: Table; calls: Record<string, number> } {
  const calls: Record<string, number> = {};
  const table = new Proxy(state.table, {
    get(target, name: keyof Table) {
      calls[name] = (calls[name] ?? 0) + 1;
      return target[name];
    },
  });
  return { table, calls };
}

describe('a session', () => {
  test('T2 has an id of 256 bits, never the same, and goes on where it is sent', async () => {
    const at = instance();
    const ids = [await at.begin(ada), await at.begin(ada)];
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) {
      expect(Buffer.from(id, 'base64url')).toHaveLength(32);
      expect((await instance().ask('POST', call, { token: ada, id })).status).toBe(200);
    }
  });

  test('T2 stands in the table without its id, its client or its state', async () => {
    const id = await instance().begin(ada);
    await instance().ask('POST', request('resources/subscribe', { uri: 'notes://note/secret' }), { token: ada, id });
    const dump = await state.dump();
    expect(dump).toContain('SESSION#');
    for (const text of [id, 'clientInfo', 'sampling', 'note/secret', '"ada"']) {
      expect(dump).not.toContain(text);
      expect(dump).not.toContain(Buffer.from(text).toString('base64').replaceAll('=', ''));
    }
  });

  test('T2 a record that was put in the place of another opens nothing', async () => {
    const at = instance();
    const [own, other] = [await at.begin(ada), await at.begin(ben)];
    const items = JSON.parse(await state.dump()) as {
      pk: { S: string };
      data: { B: string };
      expires: { N: string };
    }[];
    const [first, second] = items;
    for (const [to, from] of [
      [first!, second!],
      [second!, first!],
    ] as const) {
      await state.table.put(to.pk.S, { data: from.data, expires: to.expires, version: { N: '1' } });
    }
    expect((await at.ask('POST', call, { token: ada, id: own })).status).toBe(404);
    expect((await at.ask('POST', call, { token: ben, id: other })).status).toBe(404);
  });

  test('T2 lives on while it is used, and ends when it is not', async () => {
    const id = await instance().begin(ada);
    const use = (seconds: number) => instance(later(seconds)).ask('POST', call, { token: ada, id });
    expect((await use(SESSION_SECONDS - 10)).status).toBe(200);
    expect((await use(2 * SESSION_SECONDS - 20)).status).toBe(200);
    expect((await use(3 * SESSION_SECONDS)).status).toBe(404);
  });

  test('T2 is refused once it has expired, though the table still has it', async () => {
    const id = await instance().begin(ada);
    for (const method of ['POST', 'GET', 'DELETE']) {
      const at = instance(later(SESSION_SECONDS + 1));
      const body = method === 'POST' ? call : undefined;
      expect((await at.ask(method, body, { token: ada, id })).status).toBe(404);
    }
    expect(await state.dump()).toContain('SESSION#');
  });

  test('its use is written down at most once a minute', async () => {
    const { table, calls } = counted();
    let seconds = 0;
    const at = instance({ table, clock: () => Date.now() + seconds * 1000 });
    const id = await at.begin(ada);
    for (seconds of [10, 30, 50, 62, 70, 110]) await at.ask('POST', call, { token: ada, id });
    expect(calls).toEqual({ put: 1, get: 6, update: 1 });
  });

  test('T2 of another user, or of another client of the same user, is not there', async () => {
    const id = await instance().begin(ada);
    const client = (name: string): GuardDependencies => ({
      revocation: (principal) => ({ ok: true, value: { ...principal, client: name } }),
    });
    for (const [at, token] of [
      [instance(), ben],
      [instance(client('other')), ada],
    ] as const) {
      for (const method of ['POST', 'GET', 'DELETE']) {
        const body = method === 'POST' ? call : undefined;
        expect((await at.ask(method, body, { token, id })).status).toBe(404);
      }
      expect(at.seen).toEqual([]);
    }
    expect((await instance().ask('POST', call, { token: ada, id })).status).toBe(200);
  });

  test('T2 is not kept apart by kind alone: a machine is not the user with its name', async () => {
    const store = new SessionStore(state.table, 600);
    const machine: Principal = { ...USER, kind: 'machine' };
    const begun = { initialize: {}, subscriptions: [] };
    const { id } = await store.begin(USER, begun, Date.now());
    expect(await store.find(id, USER, Date.now())).toMatchObject({ state: begun, version: 1 });
    expect(await store.find(id, machine, Date.now())).toBeUndefined();
  });

  test('T2 is gone on DELETE, everywhere and at once', async () => {
    const id = await instance().begin(ada);
    const end = () => instance().ask('DELETE', undefined, { token: ada, id });
    expect((await end()).status).toBe(200);
    expect((await end()).status).toBe(404);
    expect((await instance().ask('POST', call, { token: ada, id })).status).toBe(404);
    expect(await state.dump()).toBe('[]');
  });

  test('T2 ends once, though two requests end it at the same time', async () => {
    const id = await instance().begin(ada);
    const overtaken: Table = {
      ...state.table,
      delete: async (key, input) => {
        await state.table.delete(key);
        return state.table.delete(key, input);
      },
    };
    expect((await instance({ table: overtaken }).ask('DELETE', undefined, { token: ada, id })).status).toBe(404);
  });

  test('T2 is not brought back by a use that was under way when it ended', async () => {
    const id = await instance().begin(ada);
    const ending: Table = {
      ...state.table,
      update: async (key, input) => {
        await state.table.delete(key);
        return state.table.update(key, input);
      },
    };
    const at = instance({ table: ending, ...later(120) });
    expect((await at.ask('POST', call, { token: ada, id })).status).toBe(404);
    expect(await state.dump()).toBe('[]');
  });

  test.each([
    ['none', undefined, 400, 'session_missing'],
    ['an empty one', '', 404, 'session_unknown'],
    ['two', `${'A'.repeat(43)}, ${'B'.repeat(43)}`, 404, 'session_unknown'],
    ['a long one', 'A'.repeat(5_000), 404, 'session_unknown'],
    ['a short one', 'A'.repeat(42), 404, 'session_unknown'],
    ['one with other letters', `${'A'.repeat(42)}=`, 404, 'session_unknown'],
    ['one that was never given', 'A'.repeat(43), 404, 'session_unknown'],
  ])('T2 refuses a request with %s', async (_what, id, status, reason) => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      const at = instance();
      const response = await at.ask(method, method === 'POST' ? call : undefined, { token: ada, id });
      expect(response.status).toBe(status);
      expect(at.records).toMatchObject([{ type: 'audit', decision: 'refuse', reason, principal: { id: 'ada' } }]);
      expect(at.seen).toEqual([]);
    }
  });

  test('an id of the wrong form is not looked for', async () => {
    const { table, calls } = counted();
    await instance({ table }).ask('POST', call, { token: ada, id: 'x'.repeat(44) });
    expect(calls).toEqual({});
  });

  test('T2 proves nothing: without a token each method is refused before the table is asked', async () => {
    const id = await instance().begin(ada);
    const { table, calls } = counted();
    for (const method of ['POST', 'GET', 'DELETE']) {
      const at = instance({ table });
      const body = method === 'POST' ? call : undefined;
      expect((await at.ask(method, body, { token: '', id })).status).toBe(401);
    }
    expect(calls).toEqual({});
  });

  test('a request of 2026-07-28 has none, whatever its headers say', async () => {
    const { table, calls } = counted();
    const at = instance({ table });
    const { headers, body } = modern('tools/call', { name: 'list_notes', arguments: {} });
    for (const id of [undefined, 'A'.repeat(43)]) {
      expect((await at.ask('POST', body, { token: ada, id, headers })).status).toBe(200);
    }
    expect(at.seen).toEqual([undefined, undefined]);
    expect(calls).toEqual({});
  });

  test('T2 refuses a batch and an answer without a session, whatever their headers say: the newer protocol has none', async () => {
    const headers = { 'mcp-protocol-version': '2026-07-28' };
    for (const body of [[call], { jsonrpc: '2.0', id: 1, result: {} }]) {
      const at = instance();
      expect((await at.ask('POST', body, { token: ada, headers })).status).toBe(400);
      expect(at.records).toMatchObject([{ reason: 'session_missing' }]);
    }
  });

  test.each([
    ['in a batch', [INITIALIZE], 400],
    ['without a name of the client', { ...INITIALIZE, params: { protocolVersion: '2025-11-25' } }, 400],
    ['without parameters', { ...INITIALIZE, params: undefined }, 400],
    [
      'with too much to keep',
      { ...INITIALIZE, params: { ...INITIALIZE.params, capabilities: { x: 'x'.repeat(65_536) } } },
      413,
    ],
  ])('T2 refuses an initialize %s, and keeps nothing', async (_what, body, status) => {
    expect((await instance().ask('POST', body, { token: ada })).status).toBe(status);
    expect(await state.dump()).toBe('[]');
  });

  test('T2 begins anew where an initialize brings an id along', async () => {
    const id = await instance().begin(ada);
    const response = await instance().ask('POST', INITIALIZE, { token: ada, id });
    expect(response.headers.get('mcp-session-id')).not.toBe(id);
  });

  test('refuses to go on when the table does not answer', async () => {
    const fails = async () => Promise.reject(new Error('throttled'));
    const table: Table = { get: fails, put: fails, update: fails, delete: fails };
    const at = instance({ table });
    expect((await at.ask('POST', INITIALIZE, { token: ada })).status).toBe(503);
    const response = await at.ask('POST', call, { token: ada, id: 'A'.repeat(43) });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.text()).not.toContain('throttled');
  });

  test('a server that is to keep sessions does not start without a table', () => {
    const policy = { ...CONFIG.policy, sessions: { seconds: 600 } };
    expect(() => createGuard({ ...CONFIG, policy })).toThrow("MCP_STATE_TABLE is 'none', and the policy asks for");
    expect(() => createGuard({ ...CONFIG, policy, state: STATE_TABLE })).not.toThrow();
  });
});

describe('what a client told', () => {
  const subscribe = (uri: string) => request('resources/subscribe', { uri });

  test('is known with the request that tells it, and on every other instance after it', async () => {
    const at = instance();
    const id = await at.begin(ada);
    await at.ask('POST', request('logging/setLevel', { level: 'error' }), { token: ada, id });
    await at.ask('POST', subscribe('notes://note/1'), { token: ada, id });
    await at.ask('POST', subscribe('notes://note/2'), { token: ada, id });
    await at.ask('POST', request('resources/unsubscribe', { uri: 'notes://note/1' }), { token: ada, id });
    expect(at.seen.at(-1)?.before.subscriptions).toEqual(['notes://note/1', 'notes://note/2']);
    const other = instance();
    await other.ask('POST', call, { token: ada, id });
    expect(other.seen[0]).toMatchObject({
      version: 5,
      before: { initialize: INITIALIZE.params, logLevel: 'error', subscriptions: ['notes://note/2'] },
    });
  });

  test('is not lost when it is told to several instances at once', async () => {
    const id = await instance().begin(ada);
    const uris = ['notes://note/1', 'notes://note/2', 'notes://note/3'];
    const told = uris.map((uri) => instance().ask('POST', subscribe(uri), { token: ada, id }));
    expect((await Promise.all(told)).map(({ status }) => status)).toEqual([200, 200, 200]);
    const at = instance();
    await at.ask('POST', call, { token: ada, id });
    expect([...(at.seen[0]?.after.subscriptions ?? [])].sort()).toEqual(uris);
  });

  test('T2 is bounded', async () => {
    const at = instance();
    const id = await at.begin(ada);
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const uri = `notes://note/${turn}${'x'.repeat(30_000)}`;
      statuses.push((await at.ask('POST', subscribe(uri), { token: ada, id })).status);
    }
    expect(statuses).toEqual([200, 200, 413]);
  });

  test('T3 is not kept of a resource that the principal may not read', async () => {
    const at = instance();
    const id = await at.begin(ada);
    await at.ask('POST', subscribe('other://note'), { token: ada, id });
    await at.ask('POST', call, { token: ada, id });
    expect(at.seen.at(-1)?.before.subscriptions).toEqual([]);
  });

  test('T3 does not reach past rights that were lost meanwhile', async () => {
    const store = new SessionStore(state.table, 600);
    const begun = { initialize: INITIALIZE.params, subscriptions: ['notes://note/1', 'other://note'] };
    const { id } = await store.begin({ ...USER, id: 'ada' }, begun, Date.now());
    const at = instance();
    await at.ask('POST', call, { token: ada, id });
    expect(at.seen[0]?.before.subscriptions).toEqual(['notes://note/1']);
    expect(at.seen[0]?.after.subscriptions).toEqual(['notes://note/1']);
  });
});

describe('methods without a body', () => {
  test.each([
    [true, 'PUT', 405, 'POST, GET, DELETE'],
    [true, 'HEAD', 405, 'POST, GET, DELETE'],
    [false, 'GET', 405, 'POST, DELETE'],
  ])('where the transport streams is %s, %s is refused', async (streams, method, status, allow) => {
    const id = await instance().begin(ada);
    const response = await instance({ streams }).ask(method, undefined, { token: ada, id });
    expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
  });

  test('are refused where no sessions are kept', async () => {
    const guard = createGuard(CONFIG, { streams: true, table: state.table, log: () => {} });
    for (const method of ['GET', 'DELETE']) {
      const request = new Request(CONFIG.resource, { method, headers: { authorization: `Bearer ${ada}` } });
      const response = await guard.fetch(request, async () => new Response(), { requestId: 'request-1' });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    }
  });

  test('O6 leave a record', async () => {
    const at = instance();
    const id = await at.begin(ada);
    await at.ask('DELETE', undefined, { token: ada, id });
    expect(at.records.at(-1)).toMatchObject({ type: 'audit', method: 'DELETE', decision: 'allow', outcome: 'ok' });
    expect(JSON.stringify(at.records)).not.toContain(id);
  });
});

describe('what is sealed', () => {
  const secret = Buffer.alloc(32, 1);

  test('T2 opens with its secret and in its context, and is never the same', () => {
    const sealed = seal(secret, 'context', 'text');
    expect(unseal(secret, 'context', sealed)).toBe('text');
    expect(seal(secret, 'context', 'text').equals(sealed)).toBe(false);
    expect(unseal(secret, 'context', seal(secret, 'context', ''))).toBe('');
  });

  test('T2 does not open with another secret, in another context, cut or changed', () => {
    const sealed = seal(secret, 'context', 'text');
    expect(unseal(Buffer.alloc(32, 2), 'context', sealed)).toBeUndefined();
    expect(unseal(secret, 'other', sealed)).toBeUndefined();
    for (let length = 0; length < sealed.length; length++) {
      expect(unseal(secret, 'context', sealed.subarray(0, length))).toBeUndefined();
    }
    for (let at = 0; at < sealed.length; at++) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(unseal(secret, 'context', changed)).toBeUndefined();
    }
  });
});

test('T8 a principal begins so many sessions a minute and no more; another has its own', async () => {
  // Within one minute, however long the test takes.
  const minute = Math.floor(Date.now() / 60_000) * 60_000;
  const at = instance({ clock: () => minute });
  const begin = (token: string) => at.ask('POST', INITIALIZE, { token });
  for (let begun = 0; begun < 300; begun++) expect((await begin(ada)).status).toBe(200);
  const refused = await begin(ada);
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refused.json()).toMatchObject({ error: { message: expect.stringMatching(/too many/i) } });
  expect((await begin(ben)).status).toBe(200);
});
