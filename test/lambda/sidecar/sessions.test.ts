/** Sessions of a server behind the sidecar: its ids stay behind, ours are bound to their user, and both end together. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { CONFIG, type Keys, makeKeys, messagesFrom, sign, toolCall, userClaims } from '../../support/guard';
import { INITIALIZE, SESSION_SECONDS } from '../../support/session-guard';
import { type SessionUpstream, startSessionUpstream } from '../../support/session-upstream';
import { startSidecar, type TestSidecar } from '../../support/sidecar';
import { type StateTable, startStateTable } from '../../support/state-table';
import { until } from '../../support/until';

let keys: Keys;
let state: StateTable;
let upstream: SessionUpstream;
let sidecar: TestSidecar;
let ada: string;
let bob: string;

beforeAll(async () => {
  keys = await makeKeys();
  state = await startStateTable();
  upstream = await startSessionUpstream();
  sidecar = await startSidecar({
    keys,
    upstream: upstream.url,
    config: { policy: { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } } },
    dependencies: { table: state.table },
  });
  ada = await sign(keys, userClaims());
  bob = await sign(keys, userClaims({ sub: 'user-2', username: 'bob' }));
});
afterAll(async () => {
  await sidecar.close();
  await upstream.close();
  await state.stop();
});

function ask(method: string, body: object | undefined, token: string, id?: string, signal?: AbortSignal) {
  const headers = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    ...(id !== undefined && { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }),
  };
  return fetch(sidecar.url, { method, headers, body: body && JSON.stringify(body), signal });
}

async function begin(token: string): Promise<string> {
  const response = await ask('POST', INITIALIZE, token);
  await response.text();
  const id = response.headers.get('mcp-session-id') ?? '';
  await ask('POST', { jsonrpc: '2.0', method: 'notifications/initialized' }, token, id);
  return id;
}

test('T2 a session of the server stands behind one of the guard, and its id stays behind', async () => {
  const id = await begin(ada);
  expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  const behind = upstream.named.at(-1)?.id ?? '';
  expect(behind).toMatch(/^upstream-/);
  const [first] = await messagesFrom(await ask('POST', toolCall('list_notes'), ada, id));
  const [second] = await messagesFrom(await ask('POST', toolCall('list_notes'), ada, id));
  expect(first?.result.content[0].text).toBe('call 1 of this session');
  expect(second?.result.content[0].text).toBe('call 2 of this session');
  const [other] = await messagesFrom(await ask('POST', toolCall('list_notes'), ada, await begin(ada)));
  expect(other?.result.content[0].text).toBe('call 1 of this session');
});

test('T2 the id of another user, one that never was, and one of the server are unknown', async () => {
  const id = await begin(ada);
  const behind = upstream.named.at(-1)?.id ?? '';
  const before = upstream.named.length;
  for (const [token, tried] of [
    [bob, id],
    [ada, 'A'.repeat(43)],
    [ada, behind],
  ] as const) {
    const response = await ask('POST', toolCall('list_notes'), token, tried);
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('Session not found')]);
  }
  expect(upstream.named.length).toBe(before);
  expect((await ask('POST', toolCall('list_notes'), ada, id)).status).toBe(200);
});

test('T2 DELETE ends both, and only its user may', async () => {
  const id = await begin(ada);
  const behind = upstream.named.at(-1)?.id ?? '';
  expect((await ask('DELETE', undefined, bob, id)).status).toBe(404);
  expect(upstream.open.has(behind)).toBe(true);
  expect((await ask('DELETE', undefined, ada, id)).status).toBe(204);
  await until(async () => !upstream.open.has(behind));
  expect((await ask('POST', toolCall('list_notes'), ada, id)).status).toBe(404);
});

test('T2 a session that the server has lost has ended: the client is told to begin anew', async () => {
  const id = await begin(ada);
  upstream.open.delete(upstream.named.at(-1)?.id ?? '');
  expect((await ask('POST', toolCall('list_notes'), ada, id)).status).toBe(404);
  const before = upstream.named.length;
  expect((await ask('POST', toolCall('list_notes'), ada, id)).status).toBe(404);
  expect(upstream.named.length).toBe(before);
});

test('T2 what is not in this process any more has ended', async () => {
  const id = await begin(ada);
  const next = await startSidecar({
    keys,
    upstream: upstream.url,
    config: { policy: { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } } },
    dependencies: { table: state.table },
  });
  try {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${ada}`,
      'mcp-session-id': id,
    };
    const body = JSON.stringify(toolCall('list_notes'));
    expect((await fetch(next.url, { method: 'POST', headers, body })).status).toBe(404);
  } finally {
    await next.close();
  }
});

test('T8 a client that goes ends the work of its session', async () => {
  const id = await begin(ada);
  upstream.cancelled.length = 0;
  const gone = new AbortController();
  const call = ask('POST', toolCall('read_note', {}, 7), ada, id, gone.signal);
  call.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 150));
  gone.abort();
  await until(async () => upstream.cancelled.length === 1);
});

describe('in front of a server that says nothing before the work is done', () => {
  let silent: SessionUpstream;
  let front: TestSidecar;
  beforeAll(async () => {
    silent = await startSessionUpstream({ enableJsonResponse: true });
    front = await startSidecar({
      keys,
      upstream: silent.url,
      config: { policy: { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } } },
      dependencies: { table: state.table },
      timeoutMs: 1_500,
    });
  });
  afterAll(async () => {
    await front.close();
    await silent.close();
  });
  beforeEach(() => {
    silent.cancelled.length = 0;
  });

  async function slowCall(signal?: AbortSignal): Promise<Response> {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${ada}`,
    };
    const begun = await fetch(front.url, { method: 'POST', headers, body: JSON.stringify(INITIALIZE) });
    await begun.text();
    const named = { ...headers, 'mcp-session-id': begun.headers.get('mcp-session-id') ?? '' };
    return fetch(front.url, {
      method: 'POST',
      headers: named,
      body: JSON.stringify(toolCall('read_note', {}, 7)),
      signal,
    });
  }

  test('T8 a client that goes ends the work', async () => {
    const gone = new AbortController();
    slowCall(gone.signal).catch(() => {});
    await until(async () => silent.named.some(({ method, id }) => method === 'POST' && id !== undefined));
    await new Promise((resolve) => setTimeout(resolve, 150));
    gone.abort();
    await until(async () => silent.cancelled.length === 1);
  });

  test('T8 the end of its time ends the work', async () => {
    expect((await slowCall()).status).toBe(504);
    await until(async () => silent.cancelled.length === 1);
  });
});

describe('in front of a server that takes its time to begin', () => {
  let slow: SessionUpstream;
  beforeAll(async () => {
    slow = await startSessionUpstream({ openingMs: 300 });
  });
  afterAll(() => slow.close());
  beforeEach(() => {
    slow.named.length = 0;
  });

  const kept = { config: { policy: { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } } } };

  async function giveUp(front: TestSidecar, signal?: AbortSignal): Promise<number> {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${ada}`,
    };
    const begun = fetch(front.url, { method: 'POST', headers, body: JSON.stringify(INITIALIZE), signal });
    return begun.then(
      ({ status }) => status,
      () => 0,
    );
  }

  async function withFront(options: object, work: (front: TestSidecar) => Promise<void>): Promise<void> {
    const dependencies = { table: state.table };
    const front = await startSidecar({ keys, upstream: slow.url, dependencies, ...options });
    try {
      await work(front);
      await until(async () => slow.named.some(({ method }) => method === 'DELETE'));
      await until(async () => slow.open.size === 0);
    } finally {
      await front.close();
    }
  }

  test.each([
    ['the guard keeps sessions', kept],
    ['the guard keeps none', {}],
  ])('T8 a session that its client gave up before it began does not stay: %s', async (_, options) => {
    await withFront(options, async (front) => {
      expect(await giveUp(front, AbortSignal.timeout(150))).toBe(0);
    });
  });

  test('T8 a session that began after its time does not stay', async () => {
    await withFront({ ...kept, timeoutMs: 650 }, async (front) => {
      expect(await giveUp(front)).toBe(504);
    });
  });

  test('O1 one that somebody waits for stays', async () => {
    const front = await startSidecar({ keys, upstream: slow.url, dependencies: { table: state.table }, ...kept });
    try {
      expect(await giveUp(front)).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(slow.open.size).toBe(1);
    } finally {
      await front.close();
    }
  });
});

test('O1 the stream of a session, and what the server asks its client, go through', async () => {
  const transport = new StreamableHTTPClientTransport(new URL(sidecar.url), {
    requestInit: { headers: { authorization: `Bearer ${ada}` } },
  });
  const client = new Client({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async () => ({ action: 'accept', content: {} }));
  await client.connect(transport);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['list_notes', 'read_note', 'read_person']);
  expect((await client.callTool({ name: 'read_person', arguments: {} })).content).toEqual([
    { type: 'text', text: 'said accept' },
  ]);
  await transport.terminateSession();
  await client.close();
});

test('T5 the tools of a server that demands a session are known to the guard', async () => {
  const id = await begin(ada);
  const [wrong] = await messagesFrom(await ask('POST', toolCall('read_note', { note: 1 }), ada, id));
  expect(wrong?.error.message).toContain('Invalid arguments');
});

test('O1 without sessions in the policy, its ids are not handed on, and the log says what is missing', async () => {
  const plain = await startSidecar({ keys, upstream: upstream.url });
  try {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${ada}`,
    };
    const open = upstream.open.size;
    const begun = await fetch(plain.url, { method: 'POST', headers, body: JSON.stringify(INITIALIZE) });
    await begun.text();
    expect(begun.headers.get('mcp-session-id')).toBeNull();
    await until(async () => upstream.open.size === open);
    const id = await begin(ada);
    const stolen = { ...headers, 'mcp-session-id': upstream.named.at(-1)?.id ?? id };
    const call = await fetch(plain.url, {
      method: 'POST',
      headers: stolen,
      body: JSON.stringify(toolCall('list_notes')),
    });
    expect(call.status).toBe(400);
    expect(plain.faults()).toContain('the server begins sessions of its own');
    expect(plain.faults()).toContain('No valid session ID');
  } finally {
    await plain.close();
  }
});
