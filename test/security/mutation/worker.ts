/** A process that runs tests against mutants, one after another, so that one that hangs can be ended with it. */
import { runTests, type TestRun } from './in-process';
import type { Mutant } from './mutant';

export interface Job {
  readonly mutant?: Mutant;
  readonly suites: readonly Suite[];
}

/** A test file, and of it the tests whose names begin so. */
export interface Suite {
  readonly file: string;
  readonly begin?: readonly string[];
}

export interface Verdict {
  readonly passed: number;
  readonly caught?: { readonly file: string; readonly test: string; readonly why: string };
  /** The run itself failed, which says nothing of the mutant. */
  readonly broken?: string;
}

process.on('message', (job: Job) => {
  judge(job).then(
    (verdict) => process.send?.(verdict),
    (fault) => process.send?.({ passed: 0, broken: String(fault) } satisfies Verdict),
  );
});

async function judge({ mutant, suites }: Job): Promise<Verdict> {
  let passed = 0;
  for (const { file, begin } of suites) {
    const names = begin && new RegExp(`^(${begin.map((text) => text.replace(/[()[\]]/g, '\\$&')).join('|')})`);
    const run: TestRun = await runTests(file, mutant, names);
    passed += run.passed;
    if (run.failed !== undefined) return { passed, caught: { file, ...run.failed } };
  }
  return { passed };
}
