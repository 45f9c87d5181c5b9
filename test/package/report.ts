interface Check {
  readonly group: string;
  readonly name: string;
  readonly problem?: string;
}

/** Collects checks, prints each as it ends, and knows at the end whether all held. */
export class Report {
  private readonly checks: Check[] = [];
  private group = '';

  begin(group: string): void {
    this.group = group;
    console.log(`\n${group}`);
  }

  note(text: string): void {
    console.log(`  ·     ${text}`);
  }

  /** A check holds unless it throws; returns whether it held. */
  async check(name: string, holds: () => unknown): Promise<boolean> {
    let problem: string | undefined;
    try {
      await holds();
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    this.checks.push({ group: this.group, name, problem });
    console.log(`  ${problem === undefined ? 'ok  ' : 'FAIL'}  ${name}`);
    if (problem !== undefined) console.log(problem.replace(/^/gm, '          '));
    return problem === undefined;
  }

  /** Prints the sum; the exit code. */
  end(): number {
    const failed = this.checks.filter((check) => check.problem !== undefined);
    console.log(failed.length > 0 ? '\nfailed:' : '');
    for (const { group, name } of failed) console.log(`  ${group}: ${name}`);
    console.log(`${this.checks.length - failed.length} passed, ${failed.length} failed`);
    return failed.length === 0 ? 0 : 1;
  }
}
