/** What reaches a server behind the sidecar, and what comes back of it. */

import type { IncomingHttpHeaders } from 'node:http';
import type { TracingSettings } from '../../../lib/private/contract';
import { type ForeignServer, startForeignServer } from '../../support/foreign-server';
import {
  type Keys,
  makeKeys,
  messagesFrom,
  modern,
  read,
  sign,
  toolCall,
  userClaims,
  write,
} from '../../support/guard';
import { startSidecar, startUpstream, type TestSidecar } from '../../support/sidecar';
import { SPAN, TRACE, TRACEPARENT } from '../../support/traced';

let keys: Keys;
let foreign: ForeignServer;
let sidecar: TestSidecar;
let token: string;

beforeAll(async () => {
  keys = await makeKeys();
  foreign = await startForeignServer();
  sidecar = await startSidecar({ keys, upstream: foreign.url });
  token = await sign(keys, userClaims({ 'cognito:groups': ['ops', 'a,b'] }));
});
afterAll(async () => {
  await sidecar.close();
  await foreign.close();
});
beforeEach(() => {
  foreign.requests.length = 0;
  foreign.calls.length = 0;
  sidecar.records.length = 0;
});

function post(body: unknown, headers: Record<string, string> = {}, bearer = token) {
  return fetch(sidecar.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      host: 'mcp.example.com',
      authorization: `Bearer ${bearer}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

test('O1 a call goes through to a server in another process, in both eras', async () => {
  const [older] = await messagesFrom(await post(toolCall('list_notes')));
  expect(older?.result.content[0].text).toBe('list_notes');
  const { body, headers } = modern('tools/call', { name: 'read_note', arguments: {} });
  const [newer] = await messagesFrom(await post(body, headers));
  expect(newer?.result.content[0].text).toBe('read_note');
  expect(foreign.calls).toEqual(['list_notes', 'read_note']);
});

test('O1 the server is told who calls, and gets nothing else of the caller', async () => {
  await post(toolCall('list_notes'), {
    cookie: 'a=b',
    'proxy-authorization': 'Basic eA==',
    forwarded: 'for=1.2.3.4',
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-host': 'evil.example',
    'x-real-ip': '1.2.3.4',
    'x-original-url': '/admin',
    'x-http-method-override': 'DELETE',
    'x-mcp-principal-id': 'root',
    'x-mcp-principal-groups': 'admins',
    'x-mcp-principal-extra': 'yes',
    x_mcp_principal_id: 'root',
    'mcp-session-id': 'somebody-else',
    traceparent: TRACEPARENT,
    tracestate: 'a=b',
    baggage: 'user=root',
    'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
  });
  const call = foreign.requests.find(({ body }) => body.includes('tools/call'));
  expect(Object.keys(call?.headers ?? {}).sort()).toEqual([
    'accept',
    'accept-language',
    'connection',
    'content-length',
    'content-type',
    'host',
    'x-mcp-principal-client',
    'x-mcp-principal-groups',
    'x-mcp-principal-id',
    'x-mcp-principal-kind',
    'x-mcp-principal-scopes',
  ]);
  expect(call?.headers).toMatchObject({
    host: new URL(foreign.url).host,
    'x-mcp-principal-id': 'user-1',
    'x-mcp-principal-kind': 'user',
    'x-mcp-principal-client': 'user-client',
    'x-mcp-principal-groups': 'ops,a%2Cb',
    'x-mcp-principal-scopes': 'notes:read',
  });
  expect(JSON.stringify(call)).not.toContain(token.slice(-20));
});

test('O5 an error in the words of another server is no failure that callers could multiply, and is logged', async () => {
  const refusing = await startUpstream((incoming, outgoing) => {
    incoming.resume().once('end', () => {
      const result = {
        isError: true,
        content: [{ type: 'text', text: 'no note 7 in /srv/db' }],
        tools: [{ name: 'list_notes', inputSchema: { type: 'object' } }],
      };
      outgoing.writeHead(200, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify({ jsonrpc: '2.0', id: 1, result }));
    });
  });
  const own = await startSidecar({ keys, upstream: refusing.url });
  try {
    const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    const body = JSON.stringify(toolCall('list_notes'));
    await fetch(own.url, { method: 'POST', headers: { ...headers, authorization: `Bearer ${token}` }, body });
    expect(own.audits()).toMatchObject([{ decision: 'allow', outcome: 'declined', status: 200 }]);
    expect(own.faults()).toContain('no note 7 in /srv/db');
  } finally {
    await own.close();
    await refusing.close();
  }
});

describe('with tracing', () => {
  async function tracesGiven(tracing: TracingSettings): Promise<IncomingHttpHeaders> {
    const traced = await startSidecar({ keys, upstream: foreign.url, config: { tracing } });
    try {
      await fetch(traced.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${token}`,
          traceparent: TRACEPARENT,
          tracestate: 'a=b',
          baggage: 'user=root',
          'x-amzn-trace-id': `Root=1-${TRACE.slice(0, 8)}-${TRACE.slice(8)};Sampled=1`,
        },
        body: JSON.stringify(toolCall('list_notes')),
      });
    } finally {
      await traced.close();
    }
    // The list of tools is the guard's own question.
    const asked = foreign.requests.find(({ body }) => body.includes('tools/list'));
    expect(Object.keys(asked?.headers ?? { traceparent: '' })).not.toContain('traceparent');
    return foreign.requests.find(({ body }) => body.includes('tools/call'))?.headers ?? {};
  }

  test('T10 the server gets the trace that the guard settled, as a parent of its own', async () => {
    const given = await tracesGiven({ ratio: 0 });
    expect(given).toMatchObject({ traceparent: expect.stringContaining(TRACE), tracestate: 'a=b' });
    expect(given).not.toHaveProperty('baggage');
    expect(given).not.toHaveProperty('x-amzn-trace-id');
  });

  test('T10 where callers have no say over traces, they have none in the server either', async () => {
    const given = await tracesGiven({ ratio: 0, clients: false });
    expect(given.traceparent).not.toContain(TRACE);
    expect(given.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    expect(given.traceparent).not.toContain(SPAN);
    expect(given).not.toHaveProperty('baggage');
    expect(given).not.toHaveProperty('tracestate');
    expect(given).not.toHaveProperty('x-amzn-trace-id');
  });
});

test('O1 what no rule allows does not reach it, and lists show what the caller may see', async () => {
  const [refused] = await messagesFrom(await post(toolCall('drop_table')));
  expect(refused?.error.message).toBe('Tool drop_table not found');
  const stepUp = await post(toolCall('add_note'));
  expect(stepUp.status).toBe(403);
  expect(foreign.calls).toEqual([]);
  const [listed] = await messagesFrom(await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' }));
  const names = listed?.result.tools.map(({ name }: { name: string }) => name);
  expect(names).toEqual(['list_notes', 'read_note', 'add_note', 'read_slow']);
  const [allowed] = await messagesFrom(
    await post(toolCall('add_note'), {}, await sign(keys, userClaims({ scope: `${read} ${write}` }))),
  );
  expect(allowed?.result.content[0].text).toBe('add_note');
});
