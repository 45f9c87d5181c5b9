import type { Item, Table } from '../../../lambda/guard/dynamodb';
import type { McpFetch } from '../../../lambda/guard/guard';
import { Places } from '../../../lambda/guard/places';
import { type Keys, makeKeys, sign, testGuardWith, toolCall, USER, userClaims } from '../../support/guard';
import { sessionGuard } from '../../support/session-guard';

/** Sessions that nobody ends or changes. */
function tableInMemory(): Table {
  const items = new Map<string, Item>();
  return {
    get: async (key) => items.get(key),
    put: async (key, item) => items.set(key, item).has(key),
    update: async (key) => items.get(key),
    delete: async (key) => items.delete(key),
  };
}

const ben = { ...USER, id: 'ben' };

test('T8 a principal has so many places and no more, others have theirs', () => {
  const places = new Places(2);
  const first = places.take(USER);
  expect(places.take(USER)).toBeDefined();
  expect(places.take(USER)).toBeUndefined();
  expect(places.take(ben)).toBeDefined();
  first?.();
  first?.();
  expect(places.take(USER)).toBeDefined();
  expect(places.take(USER)).toBeUndefined();
});

describe('behind a guard', () => {
  let keys: Keys;
  beforeAll(async () => {
    keys = await makeKeys();
  });

  test('T8 one principal cannot take all places of an instance, and gets its own back', async () => {
    const waiting: (() => void)[] = [];
    const answer = () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    const server = () => new Promise<Response>((resolve) => waiting.push(() => resolve(answer())));
    const guarded = testGuardWith(keys, server, { limits: { concurrency: 18 } });
    const ada = await sign(keys, userClaims({ sub: 'ada' }));
    const other = await sign(keys, userClaims({ sub: 'ben' }));
    const call = (token: string) => guarded.post(toolCall('read_note', { id: '1' }), { token });
    const open = Array.from({ length: 9 }, () => call(ada));
    while (waiting.length < 9) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await call(ada);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    const theirs = call(other);
    while (waiting.length < 10) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const go of waiting.splice(0)) go();
    for (const response of await Promise.all([...open, theirs])) expect(response.status).toBe(200);
    const again = call(ada);
    while (waiting.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const go of waiting.splice(0)) go();
    expect((await again).status).toBe(200);
  });

  test('T8 one principal cannot take all connections with streams, and gets its own back', async () => {
    const open: ReadableStreamDefaultController[] = [];
    const server: McpFetch = async ({ method }, { session }) => {
      if (method === 'POST') {
        const headers = session?.begun ? { 'mcp-session-id': session.id } : undefined;
        return Response.json({ jsonrpc: '2.0', id: 1, result: {} }, { headers });
      }
      const body = new ReadableStream({ start: (controller) => void open.push(controller) });
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const guarded = sessionGuard(keys, { table: tableInMemory(), streams: true }, server);
    const ada = await sign(keys, userClaims({ sub: 'ada' }));
    const other = await sign(keys, userClaims({ sub: 'ben' }));
    const [id, theirs] = [await guarded.begin(ada), await guarded.begin(other)];
    const stream = (token = ada, of = id) => guarded.ask('GET', undefined, { token, id: of });
    const held = await Promise.all(Array.from({ length: 64 }, () => stream()));
    expect(new Set(held.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await stream();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
    expect((await guarded.ask('POST', toolCall('list_notes'), { token: ada, id })).status).toBe(200);
    expect((await stream(other, theirs)).status).toBe(200);
    await held[0]?.body?.cancel();
    expect((await stream()).status).toBe(200);
    expect((await stream()).status).toBe(429);
    for (const one of open.slice(1)) one.close();
  });

  test('T8 a server that answers with nothing is an error, and gives its places back', async () => {
    const nothing = () => Promise.resolve(undefined as unknown as Response);
    const guarded = testGuardWith(keys, nothing, { limits: { concurrency: 16 } });
    const token = await sign(keys, userClaims());
    for (let call = 0; call < 9; call++) {
      expect((await guarded.post(toolCall('read_note', { id: '1' }), { token })).status).toBe(500);
    }
    expect(guarded.records.filter(({ type }) => type === 'audit')).toHaveLength(9);
  });
});
