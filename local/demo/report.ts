/** Writes the demonstration line by line, and knows whether every step held. */
export class Report {
  private failed = 0;
  private parts = 0;

  constructor(private readonly write: (line: string) => void) {}

  get ok(): boolean {
    return this.failed === 0;
  }

  /** Steps that build on each other: the first that fails ends the part. */
  async part(title: string, run: () => Promise<void>): Promise<void> {
    this.parts += 1;
    this.write('');
    this.write(`${this.parts}. ${title}`);
    try {
      await run();
    } catch (error) {
      if (!(error instanceof StepFailed)) this.fail('unexpected', error);
    }
  }

  /** One thing that must hold; `run` returns what to show beside it, and throws when it does not. */
  async step(label: string, run: () => Promise<string> | string): Promise<void> {
    try {
      const detail = await run();
      this.write(`   ✓ ${label}${detail === '' ? '' : `  → ${detail}`}`);
    } catch (error) {
      this.fail(label, error);
      throw new StepFailed();
    }
  }

  note(text: string): void {
    for (const line of text.split('\n')) this.write(`     ${line}`);
  }

  private fail(label: string, error: unknown): void {
    this.failed += 1;
    this.write(`   ✗ ${label}  → ${inWords(error)}`);
  }
}

/** A message with those of its causes: `fetch failed` alone helps nobody. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`;
}

class StepFailed extends Error {}

/** @throws with `message` unless `condition` */
export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(message);
}
