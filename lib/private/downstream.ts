import type { DownstreamService } from '../downstream-service';

/** Everything wrong with downstream services, in words that say what to write instead. */
export function downstreamProblems(_services: readonly DownstreamService[]): string[] {
  return [];
}
