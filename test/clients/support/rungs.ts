/** One client, known to the broker in one way, doing one thing: passed, failed, beyond it, or not to be had here. */
import { Missing } from './tools';

export type Registration = 'metadata document' | 'registers itself' | 'pre-registered' | 'machine';

export interface Rung {
  readonly client: string;
  readonly version: string;
  readonly registration: Registration;
  /** What is done, in words. */
  readonly what: string;
  /** Why this client cannot do it, though the server offers it; the rung then holds as long as it cannot. */
  readonly cannot?: string;
  /** @returns what was seen; throws where it was not what it must be. */
  run(): Promise<string>;
}

export type Outcome = 'passed' | 'failed' | 'cannot' | 'missing';

export interface Row extends Omit<Rung, 'run' | 'cannot'> {
  readonly outcome: Outcome;
  readonly detail: string;
  readonly seconds: number;
}

export async function climb({ run, cannot, ...rung }: Rung): Promise<Row> {
  const begun = Date.now();
  const row = (outcome: Outcome, detail: string): Row => ({
    ...rung,
    outcome,
    detail,
    seconds: Math.round((Date.now() - begun) / 100) / 10,
  });
  try {
    const seen = await run();
    return row(cannot === undefined ? 'passed' : 'cannot', cannot === undefined ? seen : `${cannot} (${seen})`);
  } catch (error) {
    return row(error instanceof Missing ? 'missing' : 'failed', (error as Error).message);
  }
}

/** What a rung holds to be true, or the sentence it fails with. */
export function must(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

/** Whether every rung holds. */
export function holds(rows: readonly Row[], skipMissing: boolean): boolean {
  return rows.every(({ outcome }) => outcome !== 'failed' && (skipMissing || outcome !== 'missing'));
}
