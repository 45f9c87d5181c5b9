/** What one check of a whole value may cost; schemas can make it explode. */
import type { Pattern, Verdict } from './pattern';
import { problem } from './problem';

export interface Effort {
  steps: number;
  depth: number;
  /** Milliseconds left for patterns that need a watchdog. */
  patience: number;
}

export const STEPS = 1_000_000;
export const DEPTH = 400;
export const PATIENCE_MS = 500;

export const TOO_MUCH = problem('takes too long to check against its schema');
export const TOO_SLOW = problem('takes too long to check against the pattern of its schema');

/** Ends the check of the whole value: refused. */
export function giveUp(effort: Effort): void {
  effort.steps = Number.POSITIVE_INFINITY;
}

/** Tests a pattern with the patience that is left; without any, the whole check ends. */
export function tested(pattern: Pattern, text: string, effort: Effort): Verdict {
  const before = performance.now();
  const verdict = pattern.test(text, effort.patience);
  effort.patience -= performance.now() - before;
  if (verdict === 'too slow') giveUp(effort);
  return verdict;
}
