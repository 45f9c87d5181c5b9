/** What a target of the fuzzer is: a property that random inputs must not break. */
import fc from 'fast-check';

export interface Target {
  readonly name: string;
  /** What holds for every input. */
  readonly holds: string;
  readonly property: fc.IRawProperty<unknown>;
}

export interface Run {
  readonly name: string;
  readonly holds: string;
  readonly runs: number;
  readonly seconds: number;
  readonly seed: number;
  /** Undefined: no input broke it. */
  readonly broken?: { readonly input: string; readonly path: string; readonly why: string };
}

export interface Effort {
  readonly milliseconds: number;
  readonly seed?: number;
  /** Where in the tree of smaller inputs a counterexample is. */
  readonly path?: string;
}

/** Random inputs until the time is up or one breaks the target; that one made as small as it gets. */
export async function fuzz({ name, holds, property }: Target, { milliseconds, seed, path }: Effort): Promise<Run> {
  const started = performance.now();
  const details = await fc.check(property, {
    numRuns: Number.MAX_SAFE_INTEGER,
    interruptAfterTimeLimit: milliseconds,
    seed,
    path,
    endOnFailure: path !== undefined,
  });
  const broken = details.failed && !(details.interrupted && details.counterexample === null);
  return {
    name,
    holds,
    runs: details.numRuns,
    seconds: Math.round(performance.now() - started) / 1000,
    seed: details.seed,
    broken: broken
      ? {
          input: fc.stringify(details.counterexample),
          path: details.counterexamplePath ?? '',
          why: String(details.errorInstance ?? '').split('\n', 1)[0] ?? '',
        }
      : undefined,
  };
}
