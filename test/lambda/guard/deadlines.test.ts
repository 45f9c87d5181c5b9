import { timesOf } from '../../../lambda/guard/deadlines';
import { admitBody, DEFAULT_LIMITS } from '../../../lambda/guard/limits';
import { type Keys, makeKeys, sign, testGuardWith, toolCall, userClaims } from '../../support/guard';

const bodyOf = (value: unknown) => {
  const body = admitBody(JSON.stringify(value), DEFAULT_LIMITS);
  if (!body.ok) throw new Error(body.refusal.reason);
  return body.value;
};

const timeFor = timesOf({ '*': 9_000, 'read_*': 3_000, 'read_big_*': 8_000, read_x: 1_000, 'read_x*': 2_000 });

test.each([
  ['the exact name before a prefix as long', 'read_x', 1_000],
  ['the longest prefix', 'read_xy', 2_000],
  ['the longest prefix, although its time is longer', 'read_big_one', 8_000],
  ['a prefix', 'read_note', 3_000],
  ['what is said of all', 'add_note', 9_000],
])('T8 %s decides how long a tool may take', (_what, tool, ms) => {
  expect(timeFor(bodyOf(toolCall(tool)))).toBe(ms);
});

test('T8 a batch may take as long as the shortest of its tools', () => {
  expect(timeFor(bodyOf([toolCall('add_note', {}, 1), toolCall('read_x', {}, 2)]))).toBe(1_000);
});

test('T8 nothing is said of a tool that no pattern names, nor of what is no tool', () => {
  const some = timesOf({ 'read_*': 1 });
  expect(some(bodyOf(toolCall('add_note')))).toBeUndefined();
  expect(some(bodyOf({ jsonrpc: '2.0', id: 1, method: 'prompts/get', params: { name: 'read_x' } }))).toBeUndefined();
  expect(timesOf(undefined)(bodyOf(toolCall('read_x')))).toBeUndefined();
});

describe('through the guard', () => {
  let keys: Keys;
  let token: string;
  beforeAll(async () => {
    keys = await makeKeys();
    token = await sign(keys, userClaims());
  });

  const stuck = (signals: AbortSignal[]) => (request: Request) => {
    signals.push(request.signal);
    return new Promise<Response>(() => {});
  };

  test('T8 fails a tool at its own time with 504, and aborts its work', async () => {
    const signals: AbortSignal[] = [];
    const { post, audits } = testGuardWith(keys, stuck(signals), { limits: { toolMs: { 'list_*': 30 } } });
    const response = await post(toolCall('list_notes'), { token, remainingMs: 60_000 });
    expect(response.status).toBe(504);
    expect(signals[0]?.aborted).toBe(true);
    expect(audits()).toMatchObject([{ name: 'list_notes', status: 504, outcome: 'error' }]);
  });

  test('T8 a time longer than a timer can count is no deadline at once', async () => {
    const answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    };
    const { post } = testGuardWith(keys, answer, { limits: { toolMs: { '*': 2 ** 33 } } });
    expect((await post(toolCall('list_notes'), { token })).status).toBe(200);
  });

  test("T8 a tool's time is no longer than the platform's", async () => {
    const { post } = testGuardWith(keys, stuck([]), { limits: { toolMs: { '*': 60_000 } } });
    expect((await post(toolCall('list_notes'), { token, remainingMs: 520 })).status).toBe(504);
  });
});
