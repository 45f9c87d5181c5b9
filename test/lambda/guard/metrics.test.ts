import type { AuditRecord } from '../../../lambda/guard/audit';
import { withMetrics } from '../../../lambda/guard/metrics';

const call: AuditRecord = {
  type: 'audit',
  time: '2026-11-22T00:00:00.000Z',
  server: 'notes',
  requestId: 'r',
  method: 'tools/call',
  name: 'list_notes',
  decision: 'allow',
  outcome: 'ok',
  status: 200,
  durationMs: 12,
  requestBytes: 1,
  responseBytes: 2,
};

interface Line extends Record<string, unknown> {
  readonly _aws: { readonly CloudWatchMetrics: readonly Directive[] };
}

interface Directive {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit?: string }[];
}

const lineOf = (record: Partial<AuditRecord>) =>
  JSON.parse(JSON.stringify(withMetrics({ ...call, ...record }))) as Line;
const dimensionsOf = (line: Line) => line._aws.CloudWatchMetrics.flatMap(({ Dimensions }) => Dimensions);

test('T10 a call is counted and timed for the server and for its tool', () => {
  const line = lineOf({});
  expect(line).toMatchObject({ Server: 'notes', Tool: 'list_notes', Calls: 1, Latency: 12, Errors: 0, Refusals: 0 });
  expect(dimensionsOf(line)).toEqual([['Server'], ['Server', 'Tool']]);
});

test('O5 a refusal is counted by its reason', () => {
  const line = lineOf({ decision: 'refuse', reason: 'no_rule', outcome: undefined });
  expect(line).toMatchObject({ Reason: 'no_rule', Refusals: 1 });
  expect(dimensionsOf(line)).toEqual([['Server'], ['Server', 'Reason']]);
});

test('O5 redactions and memory are measured', () => {
  const line = lineOf({ redactions: { jwt: 2, bearer: 1 } });
  expect(line.Redactions).toBe(3);
  expect(line.Memory).toBeGreaterThan(10);
});

test('T10 every metric and dimension that a line declares has a value in it', () => {
  for (const line of [
    lineOf({}),
    lineOf({ decision: 'refuse', reason: 'no_rule' }),
    lineOf({ outcome: 'error' }),
    lineOf({ outcome: 'declined' }),
  ]) {
    for (const { Namespace, Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
      expect(Namespace).toBe('cdk-mcp');
      for (const { Name } of Metrics) expect(typeof line[Name]).toBe('number');
      for (const name of Dimensions.flat()) expect(typeof line[name]).toBe('string');
    }
  }
});

test('O5 a caller cannot make up metrics by calling names that a rule with * allows', () => {
  expect(dimensionsOf(lineOf({ name: 'delete_made_up', outcome: 'error' }))).toEqual([['Server']]);
  expect(dimensionsOf(lineOf({ name: 'no_rule', decision: 'refuse', reason: 'no_rule' }))).not.toContainEqual([
    'Server',
    'Tool',
  ]);
  for (let i = 0; i < 200; i++) lineOf({ name: `many_${i}` });
  expect(dimensionsOf(lineOf({ name: 'one_more' }))).toEqual([['Server']]);
});

test('O5 what was declined is counted by itself, and not where nothing was', () => {
  const declined = lineOf({ outcome: 'declined' });
  expect(declined).toMatchObject({ Errors: 0, Declined: 1 });
  expect(JSON.stringify(declined._aws)).toContain('"Declined"');
  for (const outcome of ['ok', 'error', 'aborted'] as const) {
    const line = lineOf({ outcome });
    expect(line.Declined).toBeUndefined();
    expect(JSON.stringify(line._aws)).not.toContain('Declined');
  }
});

test('O5 a caller who fills all the places there are makes no failures', () => {
  const refused = { decision: 'refuse', outcome: undefined, status: 503 } as const;
  expect(lineOf({ ...refused, reason: 'too_busy' })).toMatchObject({ Errors: 0, Refusals: 1 });
  expect(lineOf({ ...refused, reason: 'keys_unavailable' })).toMatchObject({ Errors: 1, Refusals: 1 });
});
