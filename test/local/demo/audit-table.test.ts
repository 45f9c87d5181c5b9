import { auditRows, renderAuditTable } from '../../../local/demo/audit-table';

const names = { users: new Map([['sub-1', 'ada']]), clients: new Map([['id-1', 'reporting']]) };
const time = '2026-11-01T10:00:00.000Z';
const allowed = {
  type: 'audit',
  time,
  principal: { kind: 'user', id: 'sub-1' },
  client: 'other',
  method: 'tools/call',
  name: 'list_notes',
  decision: 'allow',
};

function rows(...records: unknown[]) {
  return auditRows(
    records.map((record) => JSON.stringify(record)),
    time,
    names,
  );
}

test('names users and clients it knows and keeps ids it does not', () => {
  const machine = { ...allowed, principal: { kind: 'machine', id: 'id-1' }, client: 'id-1' };
  expect(rows(allowed, machine)).toEqual([
    { time, who: 'ada (user)', client: 'other', call: 'tools/call list_notes', decision: 'allow', reason: '' },
    {
      time,
      who: 'reporting (machine)',
      client: 'reporting',
      call: 'tools/call list_notes',
      decision: 'allow',
      reason: '',
    },
  ]);
});

test('shows a refusal of nobody', () => {
  const refused = { type: 'audit', time, decision: 'refuse', reason: 'token_missing' };
  expect(rows(refused)).toEqual([
    { time, who: 'nobody', client: '–', call: '–', decision: 'refuse', reason: 'token_missing' },
  ]);
});

test('passes over older records, other records and lines that are no JSON', () => {
  const older = { ...allowed, time: '2026-11-01T09:59:59.999Z' };
  expect(rows(older, { type: 'error', time }, null, 'text')).toEqual([]);
  expect(auditRows(['START RequestId: 1'], time, names)).toEqual([]);
});

test('aligns columns and counts repetitions', () => {
  expect(
    renderAuditTable(rows(allowed, allowed, { ...allowed, decision: 'refuse', reason: 'no_rule' })).split('\n'),
  ).toEqual([
    'who         client  call                   decision  reason',
    '──────────  ──────  ─────────────────────  ────────  ───────',
    'ada (user)  other   tools/call list_notes  allow             ×2',
    'ada (user)  other   tools/call list_notes  refuse    no_rule',
  ]);
});
