/** A call that its client takes back is over: it holds no place, and nothing failed. */

import type { McpFetch } from '../../../../lambda/guard/guard';
import { type Body, messagesOf } from '../../../../lambda/guard/message';
import { withMetrics } from '../../../../lambda/guard/metrics';
import { OpenCalls } from '../../../../lambda/guard/sessions/open-calls';
import { Work } from '../../../../lambda/guard/work';
import { type Keys, makeKeys, sign, toolCall, userClaims } from '../../../support/guard';
import { type SessionGuard, sessionGuard } from '../../../support/session-guard';
import { type StateTable, startStateTable } from '../../../support/state-table';
import { until } from '../../../support/until';

let keys: Keys;
let ada: string;
let ben: string;
let state: StateTable;
beforeAll(async () => {
  keys = await makeKeys();
  state = await startStateTable();
  [ada, ben] = [await sign(keys, userClaims({ sub: 'ada' })), await sign(keys, userClaims({ sub: 'ben' }))];
});
afterAll(() => state.stop());

const takingBack = (requestId: unknown) => ({
  jsonrpc: '2.0',
  method: 'notifications/cancelled',
  params: { requestId },
});

/** Never done with a tool; `signals` are those of its calls. */
function endless(signals: AbortSignal[], how: 'json' | 'stream'): McpFetch {
  return async (request, { session, body }) => {
    const [message] = body.messages;
    if (session?.begun) {
      return Response.json({ jsonrpc: '2.0', id: 1, result: {} }, { headers: { 'mcp-session-id': session.id } });
    }
    if (message?.kind !== 'request') return new Response(null, { status: 202 });
    if (message.method !== 'tools/call') return Response.json({ jsonrpc: '2.0', id: message.id, result: {} });
    signals.push(request.signal);
    if (how === 'json') return new Promise(() => {});
    return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } });
  };
}

async function guarded(how: 'json' | 'stream') {
  const signals: AbortSignal[] = [];
  const guard = sessionGuard(keys, { table: state.table, streams: true }, endless(signals, how));
  return { guard, signals, id: await guard.begin(ada) };
}

const recordsOf = ({ records }: SessionGuard, method: string) =>
  records.filter((record) => record.type === 'audit' && record.method === method);

test.each(['json', 'stream'] as const)('T2 a call that is taken back ends, and is no failure (%s)', async (how) => {
  const { guard, signals, id } = await guarded(how);
  const call = guard.ask('POST', toolCall('list_notes', {}, 7), { token: ada, id });
  const text = call.then((response) => response.text());
  if (how === 'stream') await call;
  await until(async () => signals.length === 1);
  await guard.ask('POST', takingBack(7), { token: ada, id });
  expect(await text).toBe('');
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  const [record] = recordsOf(guard, 'tools/call');
  expect(record).toMatchObject({ decision: 'allow', outcome: 'aborted' });
  expect(withMetrics(record as never)).toMatchObject({ Errors: 0 });
  expect(guard.records.filter(({ type }) => type === 'error')).toEqual([]);
});

test.each([
  ['another id', takingBack(8), () => ada],
  ['an id of another type', takingBack('7'), () => ada],
  ["another principal's session", takingBack(7), () => ben],
])('T2 a call is not ended by %s', async (_what, notification, token) => {
  const { guard, signals, id } = await guarded('json');
  void guard.ask('POST', toolCall('list_notes', {}, 7), { token: ada, id });
  await until(async () => signals.length === 1);
  const by = token();
  await guard.ask('POST', notification, { token: by, id: by === ada ? id : await guard.begin(by) });
  await guard.ask('POST', notification, { token: by, id });
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

describe('calls of one id', () => {
  const read = (message: object): Body => {
    const body = messagesOf(message);
    if (!body.ok) throw new Error('no body');
    return body.value;
  };
  const call = read(toolCall('list_notes', {}, 7));
  const back = read(takingBack(7));
  const work = () => new Work({ requestId: 'request-1' });

  test('T8 one that is done is not kept', () => {
    const calls = new OpenCalls();
    const done = work();
    calls.enter('session', call, done);
    done.done();
    calls.takeBack('session', back);
    expect(done.takenBack).toBe(false);
  });

  test('T2 the end of one leaves another that has its id by now', () => {
    const calls = new OpenCalls();
    const [first, second] = [work(), work()];
    calls.enter('session', call, first);
    calls.enter('session', call, second);
    first.done();
    calls.takeBack('session', back);
    expect([first.takenBack, second.takenBack]).toEqual([false, true]);
  });
});
