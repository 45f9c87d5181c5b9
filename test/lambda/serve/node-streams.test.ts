/** Subscriptions at a listening process: they hold connections, and neither places of calls nor its end. */
import { type Keys, makeKeys, modern, sign, toolCall, userClaims } from '../../support/guard';
import { type Connection, connection, type Listener, startListener, whole } from '../../support/listener';
import { until } from '../../support/until';

let keys: Keys;
let listener: Listener;
beforeAll(async () => {
  keys = await makeKeys();
});
afterEach(() => listener.close());

/** More than a process takes calls (100), of three users. */
const MANY = 120;
const { headers, body } = modern('subscriptions/listen', { notifications: { toolsListChanged: true } });

async function subscribe(count: number): Promise<Connection[]> {
  const tokens = await Promise.all(['ada', 'ben', 'eve'].map((sub) => sign(keys, userClaims({ sub }))));
  const made: Connection[] = [];
  for (let n = 0; n < count; n++) {
    const one = await connection(listener);
    one.socket.write(whole(listener, body, { ...headers, authorization: `Bearer ${tokens[n % tokens.length]}` }));
    made.push(one);
  }
  await until(async () => made.every((one) => one.text().includes('subscriptions/acknowledged')));
  return made;
}

async function called(text = toolCall('list_notes')): Promise<Connection> {
  const one = await connection(listener);
  one.socket.write(whole(listener, text));
  return one;
}

test('T8 calls are answered beside more subscriptions than there are places', async () => {
  listener = await startListener(keys, { streams: true, timeoutMs: 20_000 });
  const held = await subscribe(MANY);
  expect(held.flatMap((one) => one.statuses())).toEqual(Array(MANY).fill(200));
  expect(await (await called()).answers(1)).toEqual([200]);
});

test('T8 closing ends them at once and in good order, and waits for running calls alone', async () => {
  listener = await startListener(keys, { streams: true, timeoutMs: 20_000, bounds: { graceMs: 10_000 } });
  const held = await subscribe(5);
  const running = await called(toolCall('read_stuck'));
  await until(async () => listener.calls.begun === 1);
  const closed = new Promise<void>((resolve) => listener.http.close(() => resolve()));
  for (const one of held) {
    expect(await one.closed(2_000)).toBe(true);
    expect(one.text()).toContain('"resultType":"complete"');
    expect(one.text()).toMatch(/\r\n0\r\n\r\n$/);
  }
  expect(running.text()).not.toContain('done');
  listener.release();
  await closed;
  await running.closed();
  expect(running.text()).toContain('done');
  const outcomes = listener.audits().map(({ method, outcome }) => `${method} ${outcome}`);
  expect(outcomes).toEqual([...Array(5).fill('subscriptions/listen ok'), 'tools/call ok']);
});

test('T8 closing does not wait for one that does not read', async () => {
  listener = await startListener(keys, { streams: true, timeoutMs: 20_000, bounds: { graceMs: 10_000 } });
  const [held] = await subscribe(1);
  held?.socket.pause();
  const started = Date.now();
  await new Promise<void>((resolve) => listener.http.close(() => resolve()));
  expect(Date.now() - started).toBeLessThan(3_000);
});
