import type { Message } from '../../../../lambda/guard/message';
import type { OutputFacts } from '../../../../lambda/guard/outputs/outputs';
import { EventSplitter, mapEventData } from '../../../../lambda/guard/outputs/sse';
import { guardStream, type StreamEnd } from '../../../../lambda/guard/outputs/stream';
import { compilePolicy } from '../../../../lambda/guard/policy';
import { CONFIG, USER } from '../../../support/guard';

const never = new Promise<'deadline'>(() => {});
const call: Message = { kind: 'request', id: 1, method: 'tools/call', params: {} };

function guardedStream(
  body: ReadableStream<Uint8Array>,
  deadline = never,
  maxBytes = 10_000,
  outputs?: OutputFacts['outputs'],
) {
  const ends: StreamEnd[] = [];
  let cancelled = 0;
  const stream = guardStream(body, {
    facts: {
      policy: compilePolicy(CONFIG.policy),
      principal: USER,
      requests: new Map([[1, call]]),
      errorId: 'error-1',
      maxBytes,
      outputs,
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

test.each([1, 4, 9, 14])(
  'T7 the end of a secret does not follow its start in a notification, cut at %d',
  async (at) => {
    const key = `AKIA${'IOSFODNN7EXAMPLE'}`;
    const progress = (message: string) =>
      event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: 1, progress: 1, message } });
    const { stream, ends } = guardedStream(
      chunks(progress(`it is ${key.slice(0, at)}`), progress(`${key.slice(at)} ok`)),
    );
    const text = await new Response(stream).text();
    expect(text).not.toContain(key.slice(at));
    expect(text).toContain('[redacted: aws_access_key] ok');
    expect(ends).toMatchObject([{ redactions: { aws_access_key: 1 } }]);
  },
);

test('T7 notifications of different work are not read together', async () => {
  const progress = (progressToken: number, message: string) =>
    event({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken, progress: 1, message } });
  const { stream } = guardedStream(chunks(progress(1, 'AKIA'), progress(2, 'IOSFODNN7EXAMPLE')));
  expect(await new Response(stream).text()).toContain('IOSFODNN7EXAMPLE');
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

test('T9 a stream that breaks off is answered and written down, and says nothing of why', async () => {
  const started = event({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'begun' } });
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (pulls++ === 0) controller.enqueue(new TextEncoder().encode(started));
      else controller.error(new Error('ECONNRESET to db.internal'));
    },
  });
  const { stream, ends, cancelled } = guardedStream(body);
  const text = await new Response(stream).text();
  expect(text).toContain('begun');
  expect(text).toContain('"id":1');
  expect(text).toContain('error-1');
  expect(text).not.toContain('db.internal');
  expect(cancelled()).toBe(1);
  expect(ends).toMatchObject([{ aborted: true, answers: [{ id: 1, failed: true, fault: expect.any(Error) }] }]);
});

test.each([
  ['too large', `{"method":"notifications/message","params":{"data":"${'x'.repeat(9_000)}"},"jsonrpc":"2.0"}`],
  ['broken', '{"jsonrpc":"2.0","method":"notifications/message","params":{'],
])('T7 a notification that is %s is dropped, and the answer comes', async (_what, notification) => {
  const done = event({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  const { stream, ends } = guardedStream(chunks(`data: ${notification}\n\n${done}`), never, 5_000);
  expect(await new Response(stream).text()).toBe(done);
  expect(ends).toMatchObject([{ answers: [{ id: 1, failed: false }] }]);
});

test('T7 an answer that is too large, or a text that nobody can tell, answers what is open', async () => {
  const large = JSON.stringify({ jsonrpc: '2.0', id: 1, result: { text: 'x'.repeat(9_000) } });
  for (const data of [large, '{"id":1,']) {
    const { stream } = guardedStream(chunks(`data: ${data}\n\n`), never, 5_000);
    expect(await new Response(stream).text()).toContain('"error"');
  }
});

test('T8 a step of the output policy that throws ends the stream with an error, and the work', async () => {
  const broken = { moderation: { judge: () => Promise.reject(new Error('no guardrail')) } };
  const done = event({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  const { stream, ends, cancelled } = guardedStream(chunks(done), never, 10_000, broken as never);
  const text = await new Response(stream).text();
  expect(text).toContain('"error"');
  expect(text).not.toContain('guardrail');
  expect(cancelled()).toBe(1);
  expect(ends).toMatchObject([{ aborted: true, answers: [{ id: 1, failed: true }] }]);
});
