/** Subscriptions: open for as long as a client wants, and no call. */
import type { McpFetch } from '../../../lambda/guard/guard';
import { isListen, messagesOf } from '../../../lambda/guard/message';
import { withMetrics } from '../../../lambda/guard/metrics';
import { Places } from '../../../lambda/guard/places';
import { Metric } from '../../../lib/private/contract';
import {
  CONFIG,
  type Keys,
  makeKeys,
  messagesFrom,
  modern,
  sign,
  testGuard,
  toolCall,
  USER,
  userClaims,
} from '../../support/guard';

const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });
const ACKNOWLEDGED = { jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params: {} };
const END = {
  jsonrpc: '2.0',
  id: 1,
  result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 1 } },
};

let keys: Keys;
let ada: string;
let ben: string;
beforeAll(async () => {
  keys = await makeKeys();
  [ada, ben] = [await sign(keys, userClaims({ sub: 'ada' })), await sign(keys, userClaims({ sub: 'ben' }))];
});

/** Acknowledges and goes on, as a server that streams; `signals` are those of its requests. */
function subscribing(first: readonly object[] = [ACKNOWLEDGED], signals: AbortSignal[] = []): McpFetch {
  return async (request, given) => {
    if (!isListen(given.body)) return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    signals.push(request.signal);
    const events = first.map((one) => `event: message\ndata: ${JSON.stringify(one)}\n\n`).join('');
    const stream = new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(events)) });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  };
}

const limited = { policy: { ...CONFIG.policy, limits: { concurrency: 16 } } };

test('T8 subscriptions take no place of a call, and are bounded by themselves', async () => {
  const guarded = testGuard(keys, subscribing(), { streams: true }, limited);
  const listen = (token: string) => guarded.post(body, { token, headers });
  const held = await Promise.all(Array.from({ length: 64 }, () => listen(ada)));
  expect(new Set(held.map(({ status }) => status))).toEqual(new Set([200]));
  const refused = await listen(ada);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
  expect(guarded.audits()).toMatchObject([{ reason: 'rate_limited' }]);
  expect((await guarded.post(toolCall('list_notes'), { token: ada })).status).toBe(200);
  expect((await listen(ben)).status).toBe(200);
  await held[0]?.body?.cancel();
  expect((await listen(ada)).status).toBe(200);
});

test('T8 an instance that is full says 503, and to nobody that it was his doing', async () => {
  const guarded = testGuard(keys, subscribing(), { streams: true }, limited);
  for (let person = 0; person < 16; person++) {
    const token = await sign(keys, userClaims({ sub: `person-${person}` }));
    await Promise.all(Array.from({ length: 64 }, () => guarded.post(body, { token, headers })));
  }
  const refused = await guarded.post(body, { token: ada, headers });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(guarded.audits().map(({ reason }) => reason)).toContain('too_busy');
}, 20_000);

test('T8 all principals together have so many places and no more', () => {
  const places = new Places(2, 3);
  const [first] = ['a', 'b', 'c'].map((id) => places.take({ ...USER, id }));
  expect(first).toBeDefined();
  expect(places.take({ ...USER, id: 'd' })).toBeUndefined();
  expect(places.full).toBe(true);
  first?.();
  first?.();
  expect(places.take({ ...USER, id: 'd' })).toBeDefined();
  expect(places.take({ ...USER, id: 'e' })).toBeUndefined();
});

test.each([
  ['one subscription', body, true],
  ['a batch of one', [body], false],
  ['a batch with a call', [body, toolCall('list_notes', {}, 2)], false],
  ['a call', toolCall('list_notes'), false],
  ['a notification of that name', { jsonrpc: '2.0', method: 'subscriptions/listen' }, false],
])('T8 %s waits: %#', (_, parsed, waits) => {
  const read = messagesOf(parsed);
  expect(read.ok && isListen(read.value)).toBe(waits);
});

test('T8 where the transport streams a subscription ends with its result when its time is up, and is no error', async () => {
  const signals: AbortSignal[] = [];
  const guarded = testGuard(keys, subscribing([ACKNOWLEDGED], signals), { streams: true });
  const response = await guarded.post(body, { token: ada, headers, remainingMs: 1_200 });
  const began = Date.now();
  expect(await messagesFrom(response)).toEqual([ACKNOWLEDGED, END]);
  expect(Date.now() - began).toBeGreaterThan(500);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  const [record] = guarded.audits();
  expect(record).toMatchObject({ method: 'subscriptions/listen', decision: 'allow', outcome: 'ok', status: 200 });
  expect(record && withMetrics(record)).toMatchObject({ [Metric.errors]: 0 });
  expect(guarded.records).toHaveLength(1);
});

test('T8 it ends in the same way with the process that holds it', async () => {
  let close: (end: 'deadline') => void = () => {};
  const closing = new Promise<'deadline'>((resolve) => {
    close = resolve;
  });
  const { guard, audits } = testGuard(keys, subscribing(), { streams: true });
  const request = new Request(CONFIG.resource, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${ada}`,
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const response = await guard.fetch(request, subscribing(), { requestId: 'one', waiting: () => closing });
  close('deadline');
  expect(await messagesFrom(response)).toEqual([ACKNOWLEDGED, END]);
  expect(audits()).toMatchObject([{ outcome: 'ok' }]);
});

test('T8 where it does not stream it ends once it is acknowledged, however late that is', async () => {
  const signals: AbortSignal[] = [];
  const server: McpFetch = async (request, given) => {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return subscribing([ACKNOWLEDGED], signals)(request, given);
  };
  const guarded = testGuard(keys, server);
  const began = Date.now();
  expect(await messagesFrom(await guarded.post(body, { token: ada, headers }))).toEqual([ACKNOWLEDGED, END]);
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  expect(guarded.audits()).toMatchObject([{ outcome: 'ok' }]);
});

test('T8 a call that says something before it answers is not ended there', async () => {
  const progress = { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'one' } };
  const server: McpFetch = async () => {
    const stream = new ReadableStream({
      async start(controller) {
        const say = (one: object) => controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(one)}\n\n`));
        say(progress);
        await new Promise((resolve) => setTimeout(resolve, 500));
        say({ jsonrpc: '2.0', id: 1, result: { content: [] } });
        controller.close();
      },
    });
    return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
  };
  const messages = await messagesFrom(await testGuard(keys, server).post(toolCall('list_notes'), { token: ada }));
  expect(messages[1]?.result).toEqual({ content: [] });
});
