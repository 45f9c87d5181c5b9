/** How often a principal may call tools: counted by one guard, and by many that share a table. */
import { SlidingWindow } from '../../../../lambda/guard/rate/sliding-window';
import type { RateLimitRule } from '../../../../lib/private/contract';
import {
  CONFIG,
  type Keys,
  MACHINE_CLIENT,
  machineClaims,
  makeKeys,
  messagesFrom,
  sign,
  type TestGuard,
  testGuard,
  toolCall,
  userClaims,
} from '../../../support/guard';
import { STATE_TABLE, type StateTable, startStateTable } from '../../../support/state-table';

const NOW = Date.parse('2026-11-22T00:00:00Z');
let keys: Keys;
let ada: string;
let ben: string;
let now = NOW;
beforeAll(async () => {
  keys = await makeKeys();
  const life = { exp: NOW / 1000 + 900_000, iat: NOW / 1000 };
  ada = await sign(keys, userClaims({ sub: 'ada', ...life }));
  ben = await sign(keys, userClaims({ sub: 'ben', ...life }));
});
beforeEach(() => {
  now = NOW;
});

let reached = 0;
const server = async () => {
  reached += 1;
  return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
};

function guardWith(rateLimits: readonly RateLimitRule[] | undefined, config: Partial<typeof CONFIG> = {}): TestGuard {
  reached = 0;
  const policy = { ...CONFIG.policy, rateLimits };
  return testGuard(keys, server, { clock: () => now }, { policy, ...config });
}

async function statuses(guard: TestGuard, count: number, token: string, body: unknown = toolCall('list_notes')) {
  const all: number[] = [];
  for (let call = 0; call < count; call++) all.push((await guard.post(body, { token })).status);
  return all;
}

const three: RateLimitRule = { calls: 3, seconds: 60, exact: false };

test('a rate limit lets the calls of a window through and refuses the next, saying when to come again', async () => {
  const guard = guardWith([three]);
  expect(await statuses(guard, 3, ada)).toEqual([200, 200, 200]);
  now += 15_000;
  const refused = await guard.post(toolCall('list_notes', {}, 'id-7'), { token: ada });
  expect(refused.status).toBe(429);
  // The rest of this window, and a third of the next: two of the three count then.
  expect(refused.headers.get('retry-after')).toBe(String(45 + 20));
  const [message] = await messagesFrom(refused);
  expect(message).toMatchObject({ id: 'id-7', error: { message: 'Too many calls: try again later' } });
  expect(guard.audits().at(-1)).toMatchObject({ decision: 'refuse', reason: 'rate_limited', name: 'list_notes' });
  expect(reached).toBe(3);
  now += 64_000;
  expect(await statuses(guard, 1, ada)).toEqual([429]);
  now += 1_000;
  expect(await statuses(guard, 2, ada)).toEqual([200, 429]);
});

test('a rate limit never makes a client wait no time at all', async () => {
  const guard = guardWith([{ calls: 1, seconds: 1, exact: false }]);
  await statuses(guard, 1, ada);
  now += 999;
  const refused = await guard.post(toolCall('list_notes'), { token: ada });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
});

test('a rate limit is 300 calls a minute where nothing is said', async () => {
  const guard = guardWith(undefined);
  const all = await statuses(guard, 301, ada);
  expect(all.filter((status) => status === 200)).toHaveLength(300);
  expect(all.at(-1)).toBe(429);
});

test('a rate limit counts each principal by itself, and a user as one whatever client it uses', async () => {
  const userClients = [...CONFIG.userClients, 'another-client'];
  const guard = guardWith([three], { userClients });
  await statuses(guard, 3, ada);
  expect(await statuses(guard, 1, ben)).toEqual([200]);
  const claims = userClaims({ sub: 'ada', client_id: 'another-client', exp: NOW / 1000 + 900_000 });
  expect(await statuses(guard, 1, await sign(keys, claims))).toEqual([429]);
});

test('a rate limit does not take a machine for a user of the same id', async () => {
  const guard = guardWith([three]);
  const life = { exp: NOW / 1000 + 900_000 };
  await statuses(guard, 3, await sign(keys, machineClaims(life)));
  expect(await statuses(guard, 1, await sign(keys, userClaims({ sub: MACHINE_CLIENT, ...life })))).toEqual([200]);
});

test.each([
  ['tools/list', {}],
  ['resources/read', { uri: 'notes://note/1' }],
  ['prompts/get', { name: 'summarize' }],
  ['server/discover', {}],
  ['initialize', {}],
  ['ping', {}],
])('a rate limit never limits %s', async (method, params) => {
  const guard = guardWith([{ ...three, calls: 1 }]);
  await statuses(guard, 2, ada);
  const body = { jsonrpc: '2.0', id: 1, method, params };
  expect(await statuses(guard, 5, ada, body)).toEqual([200, 200, 200, 200, 200]);
});

test('a rate limit counts every call of a batch, and lets none of it run when one is too many', async () => {
  const guard = guardWith([three]);
  const batch = (size: number) => Array.from({ length: size }, (_, id) => toolCall('list_notes', {}, id));
  const beyond = await guard.post(batch(4), { token: ada });
  expect([beyond.status, beyond.headers.get('retry-after')]).toEqual([429, '60']);
  expect(reached).toBe(0);
  expect(await statuses(guard, 1, ada, batch(2))).toEqual([200]);
  expect(await statuses(guard, 1, ada, batch(2))).toEqual([429]);
  // What was refused was not counted.
  expect(await statuses(guard, 1, ada)).toEqual([200]);
});

test('a rate limit does not count what the policy refuses', async () => {
  const guard = guardWith([three]);
  await statuses(guard, 5, ada, toolCall('drop_table'));
  await statuses(guard, 5, ada, toolCall('add_note'));
  expect(await statuses(guard, 4, ada)).toEqual([200, 200, 200, 429]);
});

test('a rate limit counts each tool by itself, or those that are named together', async () => {
  const perTool = guardWith([{ ...three, calls: 1, eachTool: true }]);
  expect(await statuses(perTool, 2, ada, toolCall('read_a'))).toEqual([200, 429]);
  expect(await statuses(perTool, 1, ada, toolCall('read_b'))).toEqual([200]);
  const named = guardWith([{ ...three, calls: 1, tools: ['read_*'] }]);
  expect(await statuses(named, 1, ada, toolCall('read_a'))).toEqual([200]);
  expect(await statuses(named, 1, ada, toolCall('read_b'))).toEqual([429]);
  expect(await statuses(named, 2, ada)).toEqual([200, 200]);
  const exactName = guardWith([{ ...three, calls: 1, tools: ['list_notes'] }]);
  expect(await statuses(exactName, 2, ada)).toEqual([200, 429]);
});

test('a rate limit holds every limit at once', async () => {
  const guard = guardWith([
    { ...three, calls: 2, tools: ['read_*'] },
    { ...three, calls: 3 },
  ]);
  expect(await statuses(guard, 3, ada, toolCall('read_a'))).toEqual([200, 200, 429]);
  expect(await statuses(guard, 2, ada)).toEqual([200, 429]);
});

describe('a sliding window', () => {
  test('a rate limit admits no more than its calls in any window, give or take what the estimate assumes', () => {
    const window = new SlidingWindow(100, 60);
    const admitted: number[] = [];
    for (let time = 0; time < 600_000; time += 97) {
      if (window.wait('ada', '', 1, time) > 0) continue;
      window.add('ada', '', 1, time);
      admitted.push(time);
    }
    const most = Math.max(...admitted.map((from) => admitted.filter((at) => at >= from && at < from + 60_000).length));
    expect(most).toBeLessThanOrEqual(110);
    expect(admitted.length).toBeGreaterThan(900);
  });

  test('a rate limit says how long to wait, and then lets through', () => {
    const window = new SlidingWindow(7, 60);
    let time = 12_345;
    for (let call = 0; call < 200; call++) {
      const wait = window.wait('ada', '', 1, time);
      time += Math.ceil(wait);
      expect(window.wait('ada', '', 1, time)).toBe(0);
      window.add('ada', '', 1, time);
      time += (call * 7919) % 9_000;
    }
  });

  test('T8 remembers a bounded number of principals, those in use the longest', () => {
    const window = new SlidingWindow(1, 60);
    window.add('first', '', 1, 0);
    for (let id = 0; id < 20_000; id++) {
      window.add(`user-${id}`, '', 1, 0);
      if (id % 1_000 === 0) expect(window.wait('first', '', 1, 0)).toBeGreaterThan(0);
    }
    expect(window.size).toBeLessThanOrEqual(10_000);
  });

  test('a rate limit is not forgotten for names that a caller makes up', () => {
    const window = new SlidingWindow(1, 60);
    window.add('ada', 'expensive', 1, 0);
    for (let id = 0; id < 5_000; id++) window.add('ada', `made-up-${id}`, 1, 0);
    expect(window.wait('ada', 'expensive', 1, 0)).toBeGreaterThan(0);
    // Past the bound, names share a count until others are over.
    expect(window.wait('ada', 'another', 1, 0)).toBeGreaterThan(0);
    window.add('ada', 'another', 1, 180_000);
    expect(window.wait('ada', 'another', 1, 180_000)).toBeGreaterThan(0);
    expect(window.wait('ada', 'yet-another', 1, 180_000)).toBe(0);
  });
});

describe('an exact count', () => {
  const exact: RateLimitRule = { calls: 10, seconds: 60, exact: true };
  let store: StateTable;
  const before = { ...process.env };
  beforeAll(async () => {
    store = await startStateTable();
    Object.assign(process.env, store.environment);
  });
  afterAll(() => {
    process.env = before;
    return store.stop();
  });
  let windows = 0;
  beforeEach(() => {
    // Each test in a window of its own.
    now = NOW + ++windows * 600_000;
    // A slow machine is no table that does not answer.
    jest.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  });
  afterEach(() => jest.restoreAllMocks());

  test('a rate limit lets exactly its calls through over many instances at once', async () => {
    const guards = Array.from({ length: 5 }, () => guardWith([exact], { state: STATE_TABLE }));
    const calls = guards.flatMap((guard) =>
      Array.from({ length: 8 }, () => guard.post(toolCall('list_notes'), { token: ada })),
    );
    const all = (await Promise.all(calls)).map(({ status }) => status);
    expect(all.filter((status) => status === 200)).toHaveLength(10);
    expect(all.filter((status) => status === 429)).toHaveLength(30);
    expect(reached).toBe(10);
    expect(await statuses(guards[0] as TestGuard, 1, ben)).toEqual([200]);
  }, 30_000);

  test('a rate limit begins anew with the next window, and says when that is', async () => {
    const guard = guardWith([{ ...exact, calls: 1 }], { state: STATE_TABLE });
    now += 20_500;
    expect(await statuses(guard, 1, ada)).toEqual([200]);
    const refused = await guard.post(toolCall('list_notes'), { token: ada });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
    now += 40_000;
    expect(await statuses(guard, 2, ada)).toEqual([200, 429]);
  });

  test('a rate limit counts a batch whole or not at all, each tool by itself where that is asked', async () => {
    const guard = guardWith([{ ...exact, calls: 2, eachTool: true }], { state: STATE_TABLE });
    const batch = (size: number) => Array.from({ length: size }, (_, id) => toolCall('read_a', {}, id));
    expect(await statuses(guard, 1, ada, batch(3))).toEqual([429]);
    expect(await statuses(guard, 1, ada, batch(2))).toEqual([200]);
    expect(await statuses(guard, 1, ada, toolCall('read_a'))).toEqual([429]);
    expect(await statuses(guard, 1, ada, toolCall('read_b'))).toEqual([200]);
  });

  test('a rate limit that the table refused does not count here either', async () => {
    const guard = guardWith([{ ...exact, calls: 1 }, three], { state: STATE_TABLE });
    expect(await statuses(guard, 5, ada)).toEqual([200, 429, 429, 429, 429]);
    now += 60_000;
    expect(await statuses(guard, 1, ada)).toEqual([200]);
  });

  test('a rate limit lets nobody through while the table does not answer', async () => {
    const guard = guardWith([exact], { state: 'no-such-table' });
    const refused = await guard.post(toolCall('list_notes'), { token: ada });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(guard.audits().at(-1)).toMatchObject({ reason: 'rate_limit_unavailable' });
    expect(reached).toBe(0);
    expect((await guard.post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, { token: ada })).status).toBe(200);
  });

  test('a rate limit without a table fails at the start', () => {
    expect(() => guardWith([exact])).toThrow('an exact rate limit needs the state table');
  });

  test('a rate limit keeps neither who called nor what in the table', async () => {
    const keysWritten: string[] = [];
    const real = globalThis.fetch;
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
      if (input instanceof Request) keysWritten.push(await input.clone().text());
      return real(input, init);
    });
    const guard = guardWith([{ ...exact, eachTool: true }], { state: STATE_TABLE });
    await statuses(guard, 1, ada);
    jest.restoreAllMocks();
    expect(keysWritten.join()).toMatch(/"RATE#[\w-]{12}#[\w-]{32}#\d+"/);
    expect(keysWritten.join()).not.toMatch(/ada|list_notes/);
    expect(keysWritten.join()).toContain(`":expires":{"N":"${now / 1000 + 60 + 60}"}`);
  });
});
