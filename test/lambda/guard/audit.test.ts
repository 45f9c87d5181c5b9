import { type AuditRecord, stdoutLog } from '../../../lambda/guard/audit';
import { withMetrics } from '../../../lambda/guard/metrics';

const record: AuditRecord = {
  type: 'audit',
  time: '2026-11-22T00:00:00.000Z',
  server: 'notes',
  requestId: 'r',
  decision: 'allow',
  outcome: 'ok',
  status: 200,
  durationMs: 12,
  requestBytes: 1,
  responseBytes: 2,
};

function printed(write: () => void): string[] {
  const lines: string[] = [];
  const spy = jest.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  write();
  spy.mockRestore();
  return lines;
}

test('O5 one line carries the record and its metrics, in the embedded metric format', () => {
  const [line] = printed(() => stdoutLog(record));
  expect(line?.endsWith('\n')).toBe(true);
  expect(JSON.parse(line ?? '')).toMatchObject({
    ...record,
    Server: 'notes',
    Latency: 12,
    Errors: 0,
    Refusals: 0,
    _aws: {
      Timestamp: Date.parse(record.time),
      CloudWatchMetrics: [{ Namespace: 'cdk-mcp', Dimensions: [['Server']] }],
    },
  });
});

test('O5 errors and refusals are counted', () => {
  expect(withMetrics({ ...record, outcome: 'error' })).toMatchObject({ Errors: 1, Refusals: 0 });
  expect(withMetrics({ ...record, status: 503, decision: 'refuse' })).toMatchObject({ Errors: 1, Refusals: 1 });
  expect(withMetrics({ ...record, status: 401, decision: 'refuse' })).toMatchObject({ Errors: 0, Refusals: 1 });
});

test.each([
  ['an error with a cause', new Error('outer', { cause: new Error('inner') }), 'inner'],
  ['a text', 'just words', 'just words'],
  ['nothing', undefined, 'undefined'],
  ['a number that JSON has no word for', 7n, '7'],
  [
    'an object that refers to itself',
    (() => {
      const loop: Record<string, unknown> = {};
      loop.loop = loop;
      return loop;
    })(),
    'object',
  ],
])('T9 logs whatever was thrown: %s', (_name, fault, expected) => {
  const lines = printed(() => stdoutLog({ type: 'error', time: record.time, server: 'notes', requestId: 'r', fault }));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(expected);
});

test('T9 an error whose cause is itself does not loop', () => {
  const loop = new Error('loop') as Error & { cause?: unknown };
  loop.cause = loop;
  expect(
    printed(() => stdoutLog({ type: 'error', time: record.time, server: 'notes', requestId: 'r', fault: loop })),
  ).toHaveLength(1);
});
