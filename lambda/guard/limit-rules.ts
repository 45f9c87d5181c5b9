/** The bounds that the policy sets, with the guard's own where it says nothing. */
import type { PolicyDocument } from '../../lib/private/contract';
import { DEFAULT_LIMITS, type Limits } from './limits';

/** Calls that one instance works on at a time, where an instance takes several. */
const DEFAULT_CONCURRENCY = 100;

export function limitsOf({ limits, outputs }: PolicyDocument): Limits {
  return {
    ...DEFAULT_LIMITS,
    bodyBytes: limits?.bodyBytes ?? DEFAULT_LIMITS.bodyBytes,
    depth: limits?.depth ?? DEFAULT_LIMITS.depth,
    responseBytes: outputs?.bytes ?? DEFAULT_LIMITS.responseBytes,
  };
}

export function concurrencyOf({ limits }: PolicyDocument): number {
  return limits?.concurrency ?? DEFAULT_CONCURRENCY;
}
