import type { Message } from '../../../lambda/guard/message';
import { compilePolicy } from '../../../lambda/guard/policy';
import { EventSplitter, mapEventData } from '../../../lambda/guard/sse';
import { guardStream, type StreamEnd } from '../../../lambda/guard/stream';
import { CONFIG, USER } from '../../support/guard';

const never = new Promise<'deadline'>(() => {});
const call: Message = { kind: 'request', id: 1, method: 'tools/call', params: {} };

function guardedStream(body: ReadableStream<Uint8Array>, deadline = never, maxBytes = 10_000) {
  const ends: StreamEnd[] = [];
  let cancelled = 0;
  const stream = guardStream(body, {
    facts: {
      policy: compilePolicy(CONFIG.policy),
      principal: USER,
      requests: new Map([[1, call]]),
      errorId: 'error-1',
      maxBytes,
    },
    deadline,
    cancel: () => {
      cancelled += 1;
    },
    onEnd: (end) => ends.push(end),
  });
  return { stream, ends, cancelled: () => cancelled };
}

const chunks = (...texts: string[]) =>
  ReadableStream.from(texts.map((text) => new TextEncoder().encode(text))) as ReadableStream<Uint8Array>;
const event = (message: object) => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

test('T7 redacts every event, also one that is cut into chunks', async () => {
  const secret = `ghp_${'a'.repeat(36)}`;
  const progress = event({ jsonrpc: '2.0', method: 'notifications/message', params: { data: secret } });
  const done = event({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: secret }] } });
  const pieces = (progress + done).match(/.{1,7}/gs) ?? [];
  const { stream, ends } = guardedStream(chunks(...pieces));
  const text = await new Response(stream).text();
  expect(text).not.toContain(secret);
  expect(text.match(/event: message/g)).toHaveLength(2);
  expect(ends).toMatchObject([
    { aborted: false, redactions: { github_token: 2 }, answers: [{ id: 1, failed: false }] },
  ]);
});

test('keeps comments, ids and empty data as they are', async () => {
  const { stream } = guardedStream(chunks(': keepalive\n\n', 'id: 7\ndata: \n\n'));
  expect(await new Response(stream).text()).toBe(': keepalive\n\nid: 7\ndata: \n\n');
});

test('T8 answers what is open when the deadline passes, and cancels the work', async () => {
  const open = new ReadableStream<Uint8Array>({ start() {} });
  const { stream, ends, cancelled } = guardedStream(open, Promise.resolve('deadline'));
  expect(await new Response(stream).text()).toContain('The request took too long');
  expect(cancelled()).toBe(1);
  expect(ends).toMatchObject([{ aborted: true }]);
});

test('T8 cancels the work when the client goes', async () => {
  const open = new ReadableStream<Uint8Array>({ start() {} });
  const { stream, ends, cancelled } = guardedStream(open);
  await stream.cancel();
  expect(cancelled()).toBe(1);
  expect(ends).toMatchObject([{ aborted: true }]);
});

test('T7 does not gather an event without end', async () => {
  const endless = chunks(...Array.from({ length: 40 }, () => `data: ${'x'.repeat(500)}`));
  const { stream, cancelled } = guardedStream(endless);
  expect(await new Response(stream).text()).not.toContain('xxx');
  expect(cancelled()).toBe(1);
});

test('reads every line ending of the standard', () => {
  for (const newline of ['\n', '\r\n', '\r']) {
    const splitter = new EventSplitter();
    const [only] = splitter.push(`data: a${newline}data: b${newline}${newline}`);
    expect(mapEventData(only ?? '', (data) => data.toUpperCase())).toBe('data: A\nB\n\n');
  }
});
