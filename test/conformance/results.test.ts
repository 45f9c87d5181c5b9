/** The judgement over the rows: what makes `npm run conformance` fail. */
import type { Expected } from './expected';
import { page } from './report';
import { problemsOf, rowsOf, type Section } from './results';
import type { Check } from './suite';

const SECTION: Section = { id: 's', title: 'S', version: '1', columns: ['a'], required: ['one', 'two'] };
const check = (status: string): Check => ({ id: 'check', status, errorMessage: 'said why' });
const PASSED = [check('SUCCESS'), check('INFO'), check('SKIPPED')];

function problems(checks: Record<string, readonly Check[]>, expected: readonly Expected[] = []) {
  return problemsOf(rowsOf(SECTION, 'a', new Map(Object.entries(checks)), expected), expected);
}

const expecting = (outcome: Expected['outcome'], scenario = 'one'): Expected[] => [
  { section: 's', scenario, outcome, reason: 'because' },
];

test('conformance: everything that passes is fine', () => {
  expect(problems({ one: PASSED, two: PASSED })).toEqual([]);
});

test.each(['FAILURE', 'WARNING'])('conformance: fails on a %s that nobody expects', (status) => {
  expect(problems({ one: [...PASSED, check(status)], two: PASSED })).toEqual([
    expect.stringContaining('check: said why'),
  ]);
});

test('conformance: fails on a scenario that was not run', () => {
  expect(problems({ one: PASSED })).toEqual([expect.stringContaining('two | a: missing')]);
});

test('conformance: a failure that is expected is fine; one that is worse than expected is not', () => {
  expect(problems({ one: [check('FAILURE')], two: PASSED }, expecting('failed'))).toEqual([]);
  expect(problems({ one: [check('FAILURE')], two: PASSED }, expecting('warned'))).toHaveLength(1);
});

test('conformance: fails on an expectation that is out of date, or of a scenario that is not there', () => {
  expect(problems({ one: PASSED, two: PASSED }, expecting('failed'))).toEqual([
    expect.stringContaining('off the list'),
  ]);
  expect(problems({ one: PASSED, two: PASSED }, expecting('failed', 'three'))).toHaveLength(1);
});

test('conformance: what is required of nobody is shown and decides nothing', () => {
  expect(problems({ one: PASSED, two: PASSED, extra: [check('FAILURE')] })).toEqual([]);
  const rows = rowsOf(SECTION, 'a', new Map([['extra', [check('FAILURE')]]]), []);
  expect(page([SECTION], rows, new Date(0))).toContain('| extra | (failed) |');
});
