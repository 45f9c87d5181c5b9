/** The guard before a server of another process, at an endpoint that hands answers on when they are whole. */
import { CONFIG, type Keys, makeKeys, messagesFrom, modern, sign, toolCall, userClaims } from '../../support/guard';
import { INITIALIZE, SESSION_SECONDS } from '../../support/session-guard';
import { type SessionUpstream, startSessionUpstream } from '../../support/session-upstream';
import { startSidecar, startUpstream, type TestSidecar } from '../../support/sidecar';
import { type StateTable, startStateTable } from '../../support/state-table';
import { until } from '../../support/until';

let keys: Keys;
let state: StateTable;
let token: string;
let sessions: SessionUpstream;
let sidecar: TestSidecar;

beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
  state = await startStateTable();
  sessions = await startSessionUpstream();
  sidecar = await startSidecar({
    keys,
    upstream: sessions.url,
    config: { policy: { ...CONFIG.policy, sessions: { seconds: SESSION_SECONDS } } },
    dependencies: { table: state.table, streams: false },
  });
});
afterAll(async () => {
  await sidecar.close();
  await sessions.close();
  await state.stop();
});

function ask(url: string, method: string, body?: object, headers: object = {}): Promise<Response> {
  const all = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    ...headers,
  };
  return fetch(url, { method, headers: all, body: body && JSON.stringify(body) });
}

async function begin(): Promise<Record<string, string>> {
  const response = await ask(sidecar.url, 'POST', INITIALIZE);
  await response.text();
  const headers = {
    'mcp-session-id': response.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  };
  await ask(sidecar.url, 'POST', { jsonrpc: '2.0', method: 'notifications/initialized' }, headers);
  return headers;
}

test('O1 a question to the client fails at once, in the server, and the call is answered', async () => {
  const headers = await begin();
  const began = Date.now();
  const messages = await messagesFrom(await ask(sidecar.url, 'POST', toolCall('read_person'), headers));
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(messages).toHaveLength(1);
  expect(messages[0]?.result.isError).toBe(true);
  expect(sidecar.faults()).toContain('the client cannot be asked: its endpoint does not stream');
});

test('O1 a call that asks nothing is answered as ever', async () => {
  const [answer] = await messagesFrom(await ask(sidecar.url, 'POST', toolCall('list_notes'), await begin()));
  expect(answer?.result.content[0].text).toBe('call 1 of this session');
});

test('O1 there is no stream to open', async () => {
  const response = await ask(sidecar.url, 'GET', undefined, await begin());
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, DELETE']);
});

/** A server that lists its one tool, and whose other answers begin with these messages and do not end. */
async function beginning(messages: readonly object[]) {
  let open = 0;
  const upstream = await startUpstream(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { id, method } = JSON.parse(text);
    if (method === 'tools/list') {
      const result = { tools: [{ name: 'list_notes', inputSchema: { type: 'object' } }] };
      outgoing
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
      return;
    }
    open += 1;
    outgoing.on('close', () => {
      open -= 1;
    });
    outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const one of messages) outgoing.write(`data: ${JSON.stringify(one)}\n\n`);
  });
  const front = await startSidecar({ keys, upstream: upstream.url, dependencies: { streams: false } });
  return { front, upstream, open: () => open };
}

test('O1 a subscription is ended once it is acknowledged, there too', async () => {
  const acknowledged = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: {} };
  const { front, upstream, open } = await beginning([acknowledged]);
  const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
  const messages = await messagesFrom(await ask(front.url, 'POST', body, headers));
  expect(messages).toMatchObject([acknowledged, { id: 1, result: { resultType: 'complete' } }]);
  await until(async () => open() === 0);
  expect(front.audits()).toMatchObject([{ method: 'subscriptions/listen', outcome: 'ok' }]);
  await front.close();
  await upstream.close();
});

test.each([
  ['one', { jsonrpc: '2.0', id: 7, method: 'sampling/createMessage', params: {} }],
  ['one in a batch', [{ jsonrpc: '2.0', id: 7, method: 'roots/list' }]],
])('O1 a question without a session ends the call at once: %s', async (_, question) => {
  const { front, upstream, open } = await beginning([question]);
  const began = Date.now();
  const messages = await messagesFrom(await ask(front.url, 'POST', toolCall('list_notes')));
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(messages).toMatchObject([{ id: 1, error: { message: 'Internal error' } }]);
  expect(front.faults()).toContain('asks its client in the middle of a call');
  await until(async () => open() === 0);
  await front.close();
  await upstream.close();
});
