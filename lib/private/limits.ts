import type { CallLimits } from '../call-limits';
import type { LimitRules } from './contract';

/** Everything wrong with bounds, in words that say what to write instead. */
export function limitProblems(_limits: CallLimits | undefined): string[] {
  return [];
}

/** The bounds as the guard reads them. */
export function limitRules(limits: CallLimits): LimitRules {
  const { requestBytes, toolTimeouts, ...same } = limits;
  const toolMs = Object.entries(toolTimeouts ?? {}).map(([tool, time]) => [tool, time.toMilliseconds()]);
  return { ...same, bodyBytes: requestBytes, toolMs: toolMs.length > 0 ? Object.fromEntries(toolMs) : undefined };
}
