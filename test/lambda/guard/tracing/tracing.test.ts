/** Traces of the guard's calls, from what a client says to what a collector receives. */
import { get } from 'node:http';
import { type Collector, daemon, httpCollector } from '../../../support/collector';
import { type Keys, makeKeys, sign, userClaims } from '../../../support/guard';
import {
  callTool,
  type Downstream,
  downstreamService,
  named,
  SPAN,
  TRACE,
  TRACEPARENT,
  tracedGuard,
} from '../../../support/traced';

let keys: Keys;
let token: string;
let service: Downstream;
let collector: Collector;
const list_notes = async () => void (await (await fetch(`${service.address}/private/path?key=1`)).text());
const traceId = '1-4bf92f35-77b34da6a3ce929d0e0e4736';

beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
  service = await downstreamService();
});
afterAll(() => service.close());
beforeEach(async () => {
  service.asked.length = 0;
  collector = await httpCollector();
});
afterEach(async () => {
  delete process.env.AWS_LAMBDA_FUNCTION_NAME;
  delete process.env._X_AMZN_TRACE_ID;
  await collector.close();
});

function onLambda(header: string): void {
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'server';
  process.env._X_AMZN_TRACE_ID = header;
}

async function nothingCame(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(collector.spans).toEqual([]);
}

test.each(['modern', 'legacy'] as const)('T10 a trace goes on from a %s client through guard and tool', async (era) => {
  const guard = await tracedGuard(keys, collector, { list_notes });
  const response = await callTool(guard, 'list_notes', { token, era, meta: { traceparent: TRACEPARENT } });
  expect(await response.text()).toContain('done');
  const spans = await collector.has(3);
  const [call, server, asked] = [named(spans, 'tools/call list_notes'), named(spans, 'server'), named(spans, 'GET')];
  expect(call).toMatchObject({ traceId: TRACE, parentId: SPAN, kind: 'server', failed: false, service: 'notes' });
  expect(server).toMatchObject({ traceId: TRACE, parentId: call.spanId, kind: 'internal' });
  expect(asked).toMatchObject({ traceId: TRACE, parentId: server.spanId, kind: 'client' });
  expect(service.asked[0]).toMatchObject({
    traceparent: `00-${TRACE}-${asked.spanId}-01`,
    'x-amzn-trace-id': `Root=${traceId};Parent=${asked.spanId};Sampled=1`,
  });
  expect(guard.audits()[0]?.traceId).toBe(traceId);
  for (const { start, durationMs } of [server, asked]) {
    expect(start).toBeGreaterThanOrEqual(call.start);
    expect(start + durationMs).toBeLessThanOrEqual(call.start + call.durationMs + 0.01);
  }
  expect(call.attributes).toEqual({
    'mcp.method.name': 'tools/call',
    'mcp.protocol.version': era === 'modern' ? '2026-07-28' : '2025-11-25',
    'jsonrpc.request.id': '1',
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'list_notes',
    'network.transport': 'tcp',
    'network.protocol.name': 'http',
    'http.request.method': 'POST',
    'http.response.status_code': 200,
    'server.address': 'mcp.example.com',
    'cdk_mcp.client': 'user-client',
    'cdk_mcp.principal.kind': 'user',
  });
  expect(asked.attributes).toEqual({
    'http.request.method': 'GET',
    'server.address': '127.0.0.1',
    'http.response.status_code': 200,
  });
});

test('T10 what a message says of its trace comes before the header, which comes before the gateway', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes });
  const header = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await callTool(guard, 'list_notes', { token, meta: { traceparent: TRACEPARENT }, headers: { traceparent: header } });
  await callTool(guard, 'list_notes', { token, headers: { traceparent: header, tracestate: 'vendor=1' } });
  onLambda(`Root=1-${'1'.repeat(8)}-${'2'.repeat(24)};Parent=${'3'.repeat(16)};Sampled=0`);
  const inFunction = await tracedGuard(keys, collector, { list_notes });
  await callTool(inFunction, 'list_notes', { token, headers: { traceparent: header } });
  const calls = (await collector.has(9)).filter(({ kind }) => kind === 'server');
  expect(calls).toMatchObject([
    { traceId: TRACE, parentId: SPAN, links: [{ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) }] },
    { traceId: 'a'.repeat(32), parentId: 'b'.repeat(16), state: 'vendor=1', links: [] },
    {
      traceId: 'a'.repeat(32),
      parentId: 'b'.repeat(16),
      links: [{ traceId: `${'1'.repeat(8)}${'2'.repeat(24)}`, spanId: '3'.repeat(16) }],
    },
  ]);
  expect(service.asked.map((headers) => headers.tracestate)).toEqual([undefined, 'vendor=1', undefined]);
});

test('T10 in a function the platform decides, and its segment is the parent', async () => {
  const udp = await daemon();
  onLambda(`Root=1-${'1'.repeat(8)}-${'2'.repeat(24)};Parent=${'3'.repeat(16)};Sampled=1;Lineage=a:0`);
  const guard = await tracedGuard(keys, udp, { list_notes }, {});
  await callTool(guard, 'list_notes', { token });
  const [call] = await udp.has(3);
  expect(call).toMatchObject({ traceId: `${'1'.repeat(8)}${'2'.repeat(24)}`, parentId: '3'.repeat(16) });
  expect(guard.audits()[0]?.traceId).toBe(`1-${'1'.repeat(8)}-${'2'.repeat(24)}`);
  onLambda(`Root=1-${'4'.repeat(8)}-${'2'.repeat(24)};Parent=${'3'.repeat(16)};Sampled=0`);
  await callTool(guard, 'list_notes', { token });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(udp.spans).toHaveLength(3);
  expect(service.asked[1]?.traceparent).toMatch(/^00-4{8}2{24}-[0-9a-f]{16}-00$/);
  expect(guard.audits()[1]?.traceId).toBe(`1-${'4'.repeat(8)}-${'2'.repeat(24)}`);
  await udp.close();
});

test('T10 who has not proven who he is says nothing of traces', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1 });
  const response = await callTool(guard, 'list_notes', { headers: { traceparent: TRACEPARENT, tracestate: 'a=b' } });
  expect(response.status).toBe(401);
  const [refused] = await collector.has(1);
  expect(refused).toMatchObject({ name: 'POST /mcp', failed: true, attributes: { 'error.type': 'token_missing' } });
  expect(refused).toMatchObject({ parentId: undefined, state: undefined, links: [] });
  expect(refused?.attributes).not.toHaveProperty(['gen_ai.tool.name']);
});

test('T10 who has not proven who he is has nothing recorded', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 0 });
  await callTool(guard, 'list_notes', { headers: { traceparent: TRACEPARENT }, meta: { traceparent: TRACEPARENT } });
  await nothingCame();
});

describe('T10 an id that a caller chose', () => {
  // Of all ids the one that every share records.
  const id = `4bf92f3577b34da6a3ce${'0'.repeat(12)}`;
  const logged = `1-4bf92f35-77b34da6a3ce${'0'.repeat(12)}`;
  const headers = { traceparent: `00-${id}-${SPAN}-00` };

  test.each([true, false])('is not that of a call without a token (clients %s)', async (clients) => {
    const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1, clients });
    await callTool(guard, 'list_notes', { headers });
    await callTool(guard, 'list_notes', { headers: { 'x-amzn-trace-id': `Root=${logged}` } });
    const spans = await collector.has(2);
    for (const { traceId } of spans) expect(traceId).not.toBe(id);
    for (const { traceId } of guard.audits()) expect(traceId).not.toBe(logged);
  });

  test('is not that of a call where callers say nothing of traces', async () => {
    const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1, clients: false });
    await callTool(guard, 'list_notes', { token, headers });
    expect(guard.audits()[0]?.traceId).not.toBe(logged);
  });

  test.each([true, false])('does not decide what is recorded (clients %s)', async (clients) => {
    const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1e-9, clients });
    for (const given of [headers, { 'x-amzn-trace-id': `Root=${logged}` }]) {
      await callTool(guard, 'list_notes', { headers: given });
    }
    if (!clients) await callTool(guard, 'list_notes', { token, headers });
    await callTool(guard, 'list_notes', { token, headers: { 'x-amzn-trace-id': `Root=${logged}` } });
    await nothingCame();
  });

  test('is that of a call with a good token, and of what is said of its faults', async () => {
    const revocation = () => Promise.reject(new Error('away'));
    const guard = await tracedGuard(keys, collector, { list_notes }, {}, { revocation });
    await callTool(guard, 'list_notes', { token, headers });
    expect(guard.records.map((record) => 'traceId' in record && record.traceId)).toEqual(
      guard.records.map(() => logged),
    );
    expect(guard.records.map(({ type }) => type).sort()).toEqual(['audit', 'error']);
  });
});

test('T10 what the platform wants recorded is, up to fifty traces a second', async () => {
  jest.spyOn(Date, 'now').mockReturnValue(Date.now());
  onLambda(`Root=1-${'1'.repeat(8)}-${'2'.repeat(24)};Parent=${'3'.repeat(16)};Sampled=1`);
  const guard = await tracedGuard(keys, collector, { list_notes }, {});
  for (let call = 0; call < 60; call++) await callTool(guard, 'list_notes');
  jest.restoreAllMocks();
  await collector.has(50);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(collector.spans).toHaveLength(50);
});

test('T10 a client that may not say to which trace its call belongs', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1, clients: false });
  const asked = { meta: { traceparent: TRACEPARENT }, headers: { traceparent: TRACEPARENT } };
  await callTool(guard, 'list_notes', { token, ...asked });
  const [call] = await collector.has(3);
  expect(call?.parentId).toBeUndefined();
  expect(service.asked[0]?.traceparent).not.toContain(SPAN);
});

test('T10 a refused message has a span with its reason, and no name that a caller made up', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes });
  const meta = { traceparent: TRACEPARENT };
  expect((await callTool(guard, 'drop_everything', { token, meta })).status).toBe(200);
  expect((await callTool(guard, 'add_note', { token, meta })).status).toBe(403);
  const unknown = { jsonrpc: '2.0', id: 'my id', method: 'AKIA/secret', params: { _meta: meta } };
  await guard.post(unknown, { token });
  const spans = await collector.has(3);
  expect(spans.map(({ name, failed, attributes }) => [name, failed, attributes['error.type']])).toEqual([
    ['tools/call', true, 'no_rule'],
    ['tools/call', true, 'insufficient_scope'],
    ['_OTHER', true, 'method_unknown'],
  ]);
  for (const { attributes } of spans) expect(attributes).not.toHaveProperty(['gen_ai.tool.name']);
  expect(spans[2]?.attributes).not.toHaveProperty(['jsonrpc.request.id']);
});

test('T10 a tool that fails, and a service that fails it', async () => {
  const read_other = async () => {
    await fetch(`${service.address}/fail`);
    await fetch('http://127.0.0.1:9/').catch(() => {});
    throw new Error('password=hunter2');
  };
  const guard = await tracedGuard(keys, collector, { read_other });
  await callTool(guard, 'read_other', { token, meta: { traceparent: TRACEPARENT } });
  const spans = await collector.has(3);
  expect(named(spans, 'tools/call read_other')).toMatchObject({
    failed: true,
    attributes: { 'error.type': 'tool_error' },
  });
  expect(named(spans, 'GET')).toMatchObject({
    failed: true,
    attributes: { 'error.type': '503', 'http.response.status_code': 503 },
  });
  expect(Buffer.concat(collector.raw).includes('hunter2')).toBe(false);
});

test('T10 each message of a batch has a span, in the trace that it says', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes });
  const other = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  const message = (id: number, meta: object) => {
    return { jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'list_notes', arguments: {}, _meta: meta } };
  };
  await (
    await guard.post([message(1, { traceparent: TRACEPARENT }), message(2, { traceparent: other })], { token })
  ).text();
  const calls = (await collector.has(4)).filter(({ kind }) => kind === 'server');
  expect(calls).toMatchObject([
    { traceId: TRACE, parentId: SPAN, attributes: { 'jsonrpc.request.id': '1' } },
    { traceId: 'c'.repeat(32), parentId: 'd'.repeat(16), attributes: { 'jsonrpc.request.id': '2' } },
  ]);
  expect(guard.audits().map((audit) => audit.traceId)).toEqual([traceId, `1-${'c'.repeat(8)}-${'c'.repeat(24)}`]);
});

test('T10 what the guard itself asks lies below the step that asked, and is told nothing', async () => {
  const revocation = async () => {
    const headers = {
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      authorization: 'AWS4-HMAC-SHA256 Credential=secret',
    };
    await (await fetch(`${service.address}/`, { method: 'POST', headers })).text();
    return { ok: false, refusal: { reason: 'grant_revoked' } } as const;
  };
  const guard = await tracedGuard(keys, collector, { list_notes }, {}, { revocation });
  await callTool(guard, 'list_notes', { token, headers: { traceparent: TRACEPARENT } });
  const spans = await collector.has(3);
  const [refused, step, read] = [
    named(spans, 'POST /mcp'),
    named(spans, 'revocation'),
    named(spans, 'DynamoDB.GetItem'),
  ];
  expect(refused).toMatchObject({ traceId: TRACE, parentId: SPAN, attributes: { 'error.type': 'grant_revoked' } });
  expect(step).toMatchObject({ traceId: TRACE, parentId: refused.spanId });
  expect(read).toMatchObject({ traceId: TRACE, parentId: step.spanId, kind: 'client' });
  expect(read.attributes).toMatchObject({
    'rpc.system': 'aws-api',
    'rpc.service': 'DynamoDB',
    'rpc.method': 'GetItem',
  });
  expect(service.asked[0]).not.toHaveProperty('traceparent');
  expect(Buffer.concat(collector.raw).includes('Credential')).toBe(false);
});

test('T10 a call over node:http is a span too', async () => {
  const read_http = () =>
    new Promise((resolve) => {
      get(`${service.address}/x?y`, (response) => response.resume().on('end', resolve));
    });
  const guard = await tracedGuard(keys, collector, { read_http });
  await callTool(guard, 'read_http', { token, meta: { traceparent: TRACEPARENT } });
  const asked = named(await collector.has(3), 'GET');
  expect(asked).toMatchObject({ traceId: TRACE, attributes: { 'http.response.status_code': 200 } });
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const tells = major > 22 || (major === 22 && minor >= 12);
  expect(service.asked[0]?.traceparent).toBe(tells ? `00-${TRACE}-${asked.spanId}-01` : undefined);
});

test('T10 a client that asks for no record has none, and its wish is passed on', async () => {
  const guard = await tracedGuard(keys, collector, { list_notes }, { ratio: 1 });
  const traceparent = `00-${TRACE}-${SPAN}-00`;
  await callTool(guard, 'list_notes', { token, meta: { traceparent } });
  await nothingCame();
  expect(service.asked[0]?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  expect(guard.audits()[0]?.traceId).toBe(traceId);
});

test('T10 a tool cannot make spans without end', async () => {
  const read_much = async () => {
    for (let n = 0; n < 150; n++) await (await fetch(service.address)).text();
  };
  const guard = await tracedGuard(keys, collector, { read_much });
  await callTool(guard, 'read_much', { token, meta: { traceparent: TRACEPARENT } });
  await collector.has(129);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(collector.spans).toHaveLength(129);
});

test('T10 without the setting nothing is traced, and without a collector nothing is recorded', async () => {
  const off = await tracedGuard(keys, collector, { list_notes }, undefined as never);
  expect(off.records).toEqual([]);
  const alone = await tracedGuard(keys, undefined, { list_notes }, { ratio: 1 });
  await callTool(alone, 'list_notes', { token, meta: { traceparent: TRACEPARENT } });
  expect(service.asked[0]?.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
  await nothingCame();
});
