import { liveLine } from '../../local/live-line';

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
