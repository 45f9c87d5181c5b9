import { fieldText, type InspectedRequest } from './evaluate';
import type { RateStatement } from './statement';

/** AWS WAF follows no more callers at once than these, for one rule. */
const MOST_KEYS = 10_000;

/**
 * The times of the last requests by caller, for one rule. AWS looks at its counts every few seconds, so that it lets
 * some more through than the limit says; here the first one too many is found.
 */
export class Rates {
  private readonly times = new Map<string, number[]>();

  /** Counts the request; true when its caller sent more than the limit within the window. */
  count(statement: RateStatement, request: InspectedRequest, nowMs: number): boolean {
    const key = keyOf(statement, request);
    // A request without one of the keys is not counted.
    if (key === undefined) return false;
    const since = nowMs - statement.windowMs;
    const recent = (this.times.get(key) ?? []).filter((time) => time > since);
    recent.push(nowMs);
    this.times.delete(key);
    this.times.set(key, recent.slice(-(statement.limit + 1)));
    if (this.times.size > MOST_KEYS) this.times.delete(this.times.keys().next().value as string);
    return recent.length > statement.limit;
  }
}

function keyOf({ keys }: RateStatement, request: InspectedRequest): string | undefined {
  const values = keys.map((key) => (key === 'address' ? request.sourceIp : fieldText(key, request)));
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}
