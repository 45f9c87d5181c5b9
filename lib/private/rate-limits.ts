import type { RateLimit } from '../rate-limit';

/** Everything wrong with rate limits, in words that say what to write instead. */
export function rateLimitProblems(_limits: readonly RateLimit[]): string[] {
  return [];
}
