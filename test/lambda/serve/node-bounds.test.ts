/** What a listening process does at its end, and that its bounds are those of the policy. */
import { type Keys, makeKeys, toolCall } from '../../support/guard';
import { connection, head, type Listener, pause, sent, startListener, whole } from '../../support/listener';

let keys: Keys;
let listener: Listener | undefined;
beforeAll(async () => {
  keys = await makeKeys();
});
afterEach(async () => {
  await listener?.close();
});

const closing = ({ http }: Listener) => new Promise<void>((resolve) => http.close(() => resolve()));

test('T8 closing lets running calls finish, and their connections go with them', async () => {
  listener = await startListener(keys);
  const running = await connection(listener);
  const idle = await sent(listener, whole(listener));
  running.socket.write(whole(listener, toolCall('read_stuck')));
  await pause(100);
  const closed = closing(listener);
  expect(await idle.closed(1_000)).toBe(true);
  expect((await connection(listener)).socket.readyState).not.toBe('open');
  listener.release();
  await closed;
  await running.closed();
  expect(running.statuses()).toEqual([200]);
  expect(running.text()).toContain('done');
});

test('T8 closing answers what comes on a kept connection and closes it', async () => {
  listener = await startListener(keys);
  const kept = await connection(listener);
  kept.socket.write(whole(listener, toolCall('read_stuck')) + head(listener, { authorization: undefined }));
  await pause(100);
  const closed = closing(listener);
  listener.release();
  await closed;
  await kept.closed();
  expect(kept.statuses()).toEqual([200, 401]);
});

test('T8 closing does not wait for ever', async () => {
  listener = await startListener(keys, { bounds: { graceMs: 100 } });
  const { socket, closed } = await connection(listener);
  socket.write(whole(listener, toolCall('read_stuck')));
  await pause(50);
  const started = Date.now();
  await closing(listener);
  expect(Date.now() - started).toBeLessThan(2_000);
  expect(await closed(500)).toBe(true);
});

test('T5 the bytes of a body are those of the policy, however it is sent', async () => {
  listener = await startListener(keys, { limits: { bodyBytes: 500 } });
  const text = JSON.stringify(toolCall('list_notes', { a: 'x'.repeat(500) }));
  const chunked = `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  const ways = [whole(listener, text), head(listener, { 'transfer-encoding': 'chunked' }) + chunked];
  for (const way of ways) expect((await sent(listener, way)).statuses()).toEqual([413]);
});

test('T8 a connection is kept for the next call', async () => {
  listener = await startListener(keys);
  const made = await sent(listener, whole(listener));
  made.socket.write(whole(listener));
  expect(await made.answers(2)).toEqual([200, 200]);
});
