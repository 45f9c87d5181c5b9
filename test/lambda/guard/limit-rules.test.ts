import { concurrencyOf } from '../../../lambda/guard/limit-rules';
import { CONFIG, type Keys, makeKeys, sign, testGuardWith, toolCall, userClaims } from '../../support/guard';

let keys: Keys;
let token: string;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
});

const answers = (text: string) => async () =>
  Response.json({ jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text }] } });

test('T5 the policy bounds the bytes of a body', async () => {
  const { post } = testGuardWith(keys, answers(''), { limits: { bodyBytes: 300 } });
  expect((await post(toolCall('list_notes', { a: 'x'.repeat(100) }), { token })).status).toBe(200);
  expect((await post(toolCall('list_notes', { a: 'x'.repeat(300) }), { token })).status).toBe(413);
  const large = testGuardWith(keys, answers(''), { limits: { bodyBytes: 2_000_000 } });
  expect((await large.post(toolCall('list_notes', { a: 'x'.repeat(1_500_000) }), { token })).status).toBe(200);
});

test('T5 the policy bounds the nesting of a body', async () => {
  const { post } = testGuardWith(keys, answers(''), { limits: { depth: 4 } });
  expect((await post(toolCall('list_notes', { a: [1] }), { token })).status).toBe(200);
  expect((await post(toolCall('list_notes', { a: [[1]] }), { token })).status).toBe(400);
});

test('T7 the policy bounds the bytes of a result', async () => {
  const within = testGuardWith(keys, answers('x'.repeat(100)), { outputs: { bytes: 300 } });
  expect(await (await within.post(toolCall('list_notes'), { token })).text()).toContain('xxx');
  const beyond = testGuardWith(keys, answers('x'.repeat(400)), { outputs: { bytes: 300 } });
  expect(await (await beyond.post(toolCall('list_notes'), { token })).text()).toContain('too large');
});

test('T8 the policy bounds how many calls an instance works on', () => {
  expect(concurrencyOf({ ...CONFIG.policy, limits: { concurrency: 3 } })).toBe(3);
  expect(concurrencyOf(CONFIG.policy)).toBe(100);
});

test('T8 what comes beyond is refused before anything is read of it, and written down', async () => {
  const { guard, audits } = testGuardWith(keys, answers(''), {});
  let read = 0;
  const request = new Request('https://mcp.example.com/mcp', { method: 'POST' });
  const response = await guard.fetch(request, answers(''), {
    requestId: 'request-1',
    overloaded: true,
    body: () => {
      read += 1;
      throw new Error('read');
    },
  });
  expect([response.status, response.headers.get('retry-after'), read]).toEqual([503, '5', 0]);
  expect(audits()).toMatchObject([{ decision: 'refuse', reason: 'too_busy', status: 503 }]);
});
