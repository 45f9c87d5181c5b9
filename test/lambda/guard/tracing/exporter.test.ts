/** Spans leave after the answer, within bounds, whatever the other side does. */
import { daemon as toDaemon } from '../../../../lambda/guard/tracing/record/destinations';
import { exporterTo, type Sink } from '../../../../lambda/guard/tracing/record/exporter';
import { newId, type Span } from '../../../../lambda/guard/tracing/span';
import { readSpans } from '../../../../local/traces/otlp';
import { daemon, httpCollector } from '../../../support/collector';
import { type Keys, makeKeys, sign, userClaims } from '../../../support/guard';
import { callTool, TRACEPARENT, tracedGuard } from '../../../support/traced';

function span(name = 'a span', attributes: Span['attributes'] = {}): Span {
  return { position: { traceId: 'a'.repeat(32) }, spanId: newId(8), name, kind: 1, start: 1, end: 2, attributes };
}

function exporter(sink: Partial<Sink> = {}) {
  const batches: Buffer[] = [];
  const said: string[] = [];
  const send = exporterTo(
    { batchBytes: 10_000, send: async (batch) => void batches.push(batch), ...sink },
    { 'service.name': 'notes' },
    (fault) => said.push(fault),
  );
  return { send, batches, said, names: () => batches.flatMap(readSpans).map(({ name }) => name) };
}

const soon = () => new Promise((resolve) => setTimeout(resolve, 20));

test('T10 a batch has no more bytes than its way takes', async () => {
  const { send, batches, names } = exporter({ batchBytes: 400 });
  send(Array.from({ length: 20 }, (_, n) => span(`span ${n}`)));
  await soon();
  expect(names()).toHaveLength(20);
  expect(batches.length).toBeGreaterThan(1);
  for (const batch of batches) expect(batch.length).toBeLessThan(400 + 100);
});

test('T10 a span that fits nowhere is dropped and counted', async () => {
  const { send, said, names } = exporter({ batchBytes: 400 });
  send([span('small'), span('large', { text: 'x'.repeat(500) })]);
  await soon();
  expect(names()).toEqual(['small']);
  expect(said).toEqual(['1 spans were dropped: it is too large']);
});

test('T10 no more than 2048 spans wait', async () => {
  const { send, said, names } = exporter({ gatherMs: 5, batchBytes: 1_000_000 });
  for (let n = 0; n < 30; n++) send(Array.from({ length: 100 }, () => span()));
  await soon();
  expect(names()).toHaveLength(2_048);
  expect(said).toEqual(['52 spans were dropped: the queue is full']);
  send([span('later')]);
  await soon();
  expect(names().at(-1)).toBe('later');
});

test('T10 a collector that hangs holds up nothing, and no more than four batches', async () => {
  let begun = 0;
  const { send, said } = exporter({
    send: () => {
      begun += 1;
      return new Promise(() => {});
    },
  });
  for (let n = 0; n < 10; n++) send([span()]);
  await soon();
  expect(begun).toBe(4);
  expect(said).toEqual(['1 spans were dropped: earlier ones are still on their way']);
});

test('T10 a failure to send is said once a minute, not with every call', async () => {
  const { send, said } = exporter({ send: () => Promise.reject(new Error('no route')) });
  for (let n = 0; n < 5; n++) {
    send([span()]);
    await soon();
  }
  expect(said).toEqual(['1 spans were dropped: Error: no route']);
});

test('T10 a datagram is no larger than the daemon reads', async () => {
  const udp = await daemon();
  const send = exporterTo(toDaemon(`tcp:127.0.0.1:1 udp:${udp.address}`), {}, () => {});
  send(Array.from({ length: 300 }, (_, n) => span(`span ${n}`, { text: 'x'.repeat(300) })));
  await udp.has(300);
  expect(udp.raw.length).toBeGreaterThan(2);
  for (const batch of udp.raw) expect((batch.length * 4) / 3).toBeLessThan(64_000);
  await udp.close();
});

describe('behind a guard', () => {
  let keys: Keys;
  let token: string;
  beforeAll(async () => {
    keys = await makeKeys();
    token = await sign(keys, userClaims());
  });
  const list_notes = () => 'notes';

  test('T10 a collector that refuses fails no call', async () => {
    const collector = await httpCollector(500);
    const guard = await tracedGuard(keys, collector, { list_notes });
    const response = await callTool(guard, 'list_notes', { token, meta: { traceparent: TRACEPARENT } });
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'notes' }] } });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(guard.records).toContainEqual(
      expect.objectContaining({ fault: '2 spans were dropped: Error: the collector answered 500' }),
    );
    await collector.close();
  });

  test('T10 nobody at the other end fails no call', async () => {
    for (const address of ['http://127.0.0.1:9', '127.0.0.1:9', '256.256.256.256:1', 'nonsense']) {
      const guard = await tracedGuard(keys, { address }, { list_notes });
      for (let n = 0; n < 3; n++) {
        const response = await callTool(guard, 'list_notes', { token, meta: { traceparent: TRACEPARENT } });
        expect(response.status).toBe(200);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  });

  test('T10 refuses to send spans in the clear to another host', async () => {
    await expect(tracedGuard(keys, { address: 'http://collector.example.com' }, { list_notes })).rejects.toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT.*must be an https URL/,
    );
  });

  test('T10 headers for the collector go to it alone', async () => {
    const collector = await httpCollector();
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'x-api-key=a%20key,other=1';
    try {
      const guard = await tracedGuard(keys, collector, { list_notes });
      await callTool(guard, 'list_notes', { token, meta: { traceparent: TRACEPARENT } });
      await collector.has(2);
      expect(collector.headers[0]).toMatchObject({
        'x-api-key': 'a key',
        other: '1',
        'content-type': 'application/x-protobuf',
      });
      expect(collector.headers[0]).not.toHaveProperty('traceparent');
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_HEADERS;
      await collector.close();
    }
  });
});
