import { liveLine } from '../../local/live-line';
import { liveView } from '../../local/live-view';

const record = (fields: object) =>
  JSON.stringify({
    type: 'audit',
    time: '2026-11-22T04:05:06.789Z',
    requestId: 'r-1',
    decision: 'allow',
    outcome: 'ok',
    status: 200,
    durationMs: 1.25,
    method: 'tools/call',
    name: 'list_notes',
    ...fields,
  });

const clients = new Map([['abc', 'reporting']]);

test('O6 shows a call as it happens', () => {
  expect(liveLine(record({ principal: { kind: 'user', id: 'ada' }, client: 'local-dev' }), clients)).toBe(
    '04:05:06.789 200     1.3 ms  user ada by local-dev  tools/call list_notes  ok  (r-1)',
  );
});

test('O6 shows a refusal with its reason, and a machine by its name', () => {
  const fields = { decision: 'refuse', reason: 'no_rule', principal: { kind: 'machine', id: 'abc' }, client: 'abc' };
  expect(liveLine(record(fields), clients)).toContain('machine reporting  tools/call list_notes  refused: no_rule');
});

test('O6 shows who is not known', () => {
  expect(
    liveLine(
      record({ decision: 'refuse', reason: 'token_missing', status: 401, method: undefined, name: undefined }),
      clients,
    ),
  ).toContain('401     1.3 ms  nobody  –  refused: token_missing');
});

describe('the live view', () => {
  const access = (fields: object) =>
    JSON.stringify({
      requestId: 'r-2',
      time: '22/Nov/2026:04:05:06 +0000',
      sourceIp: '127.0.0.1',
      route: 'POST /mcp',
      status: '401',
      latency: '3',
      error: 'Unauthorized',
      authorizerError: '-',
      ...fields,
    });

  async function shown(...lines: string[]): Promise<string[]> {
    const written: string[] = [];
    const view = liveView({ write: (line) => written.push(line), clients, heldMs: 5 });
    for (const line of lines) view(line);
    await new Promise((resolve) => setTimeout(resolve, 30));
    return written;
  }

  test('O6 shows what the gateway refused, by its reason', async () => {
    expect(await shown(access({}))).toEqual([
      '04:05:06.000 401       3 ms  127.0.0.1  POST /mcp  refused at the endpoint: Unauthorized  (r-2)',
    ]);
    expect(await shown(access({ authorizerError: 'the token has expired' }))).toEqual([
      expect.stringContaining('refused at the endpoint: the token has expired'),
    ]);
    expect(await shown(access({ status: '502' }))).toEqual([expect.stringContaining('failed at the endpoint')]);
    expect(await shown(access({ status: '200' }))).toEqual([]);
  });

  test('O6 shows a request once, also where the record comes after the line of the access log', async () => {
    const lines = await shown(access({ requestId: 'r-1' }), record({ decision: 'refuse', status: 401 }));
    expect(lines).toEqual([expect.stringContaining('refused: ')]);
  });

  test('O6 shows what the broker did, in Lambda’s own log format as well', async () => {
    const event = { type: 'broker', time: '2026-11-22T04:05:06.789Z', requestId: 'r-3', event: 'grant_opened' };
    const lines = await shown(
      JSON.stringify({ ...event, client: 'abc', user: 'ada' }),
      JSON.stringify({ level: 'INFO', message: { ...event, event: 'token_refused', reason: 'client' } }),
      access({ requestId: 'r-3' }),
    );
    expect(lines).toEqual([
      '04:05:06.789 broker  grant_opened  by reporting  for user ada  (r-3)',
      '04:05:06.789 broker  token_refused: client  (r-3)',
    ]);
  });

  test('O6 passes over lines that are no records', async () => {
    expect(await shown('START RequestId: r', '{"level":"INFO","message":"x"}', '{', '')).toEqual([]);
  });
});
