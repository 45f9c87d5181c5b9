/** What came out, scenario by scenario, and whether it was to be expected. */
import type { Expected } from './expected';
import type { Check, Checks } from './suite';

/** One referee and what it judges by. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly columns: readonly string[];
  /** What must be there, in this order; what else was run is shown and counts for nothing. */
  readonly required: readonly string[];
  /** Of our own scenarios: what each asks, and where that is written. */
  readonly notes?: ReadonlyMap<string, string>;
}

export type Outcome = 'passed' | 'warned' | 'failed' | 'missing';

export interface Row {
  readonly section: string;
  readonly scenario: string;
  readonly column: string;
  readonly outcome: Outcome;
  readonly checks: number;
  /** What failed or was warned of. */
  readonly messages: readonly string[];
  readonly scored: boolean;
  /** Why this outcome is the right one. */
  readonly reason?: string;
  readonly verdict: 'fine' | 'unexpected' | 'stale' | 'not scored';
}

/** The rows of one column of one section. */
export function rowsOf(section: Section, column: string, checks: Checks, expected: readonly Expected[]): Row[] {
  const required = new Set(section.required);
  const extra = [...checks.keys()].filter((scenario) => !required.has(scenario));
  return [...section.required, ...extra].map((scenario) => {
    const found = checks.get(scenario) ?? [];
    const scored = required.has(scenario);
    const outcome = outcomeOf(found);
    const known = expected.find(
      (one) =>
        one.section === section.id && one.scenario === scenario && (one.column === undefined || one.column === column),
    );
    return {
      section: section.id,
      scenario,
      column,
      outcome,
      checks: found.length,
      messages: messagesOf(found),
      scored,
      reason: known?.reason,
      verdict: scored ? verdictOf(outcome, known) : 'not scored',
    };
  });
}

function outcomeOf(checks: readonly Check[]): Outcome {
  if (checks.length === 0) return 'missing';
  const has = (status: string) => checks.some((check) => check.status === status);
  return has('FAILURE') ? 'failed' : has('WARNING') ? 'warned' : 'passed';
}

function messagesOf(checks: readonly Check[]): string[] {
  const bad = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
  return bad.map(({ id, errorMessage }) => `${id}: ${errorMessage ?? 'no more was said'}`);
}

/** An expectation that is not met is as wrong as a failure that nobody expected: the list says what is so. */
function verdictOf(outcome: Outcome, known: Expected | undefined): Row['verdict'] {
  if (outcome === (known?.outcome ?? 'passed')) return 'fine';
  return outcome === 'passed' ? 'stale' : 'unexpected';
}

/** What must be put right: in the server, or in the list of what is expected. */
export function problemsOf(rows: readonly Row[], expected: readonly Expected[]): string[] {
  const problems = rows
    .filter(({ verdict }) => verdict === 'unexpected' || verdict === 'stale')
    .map(({ section, scenario, column, verdict, outcome, messages }) => {
      const place = `${section} | ${scenario} | ${column}`;
      if (verdict === 'stale') return `${place}: passed, take it off the list in test/conformance/expected.ts`;
      return [`${place}: ${outcome}`, ...messages.map((message) => `    ${message}`)].join('\n');
    });
  const idle = expected.filter(
    (one) => !rows.some((row) => row.section === one.section && row.scenario === one.scenario),
  );
  return [...problems, ...idle.map((one) => `${one.section} | ${one.scenario}: is expected and was not run`)];
}
