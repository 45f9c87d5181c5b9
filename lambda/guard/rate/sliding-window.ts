/**
 * Calls in the last window, counted by one process. Two numbers for each counter: the calls of this fixed window and of
 * the one before, which counts for as much of it as the sliding window still covers. A fair estimate in constant time
 * and space, where a log of every call would grow with the limit.
 */

/** Principals that are remembered, and counters of one of them; what was used longest ago goes first. */
const MAX_PRINCIPALS = 10_000;
const MAX_COUNTERS = 128;

interface Counter {
  /** Number of the fixed window since the epoch. */
  window: number;
  current: number;
  previous: number;
}

export class SlidingWindow {
  private readonly principals = new Map<string, Map<string, Counter>>();
  private readonly ms: number;

  constructor(
    private readonly calls: number,
    seconds: number,
  ) {
    this.ms = seconds * 1000;
  }

  get size(): number {
    return this.principals.size;
  }

  /** Milliseconds to wait until `count` calls more would pass; 0: now. Counts nothing. */
  wait(principal: string, name: string, count: number, now: number): number {
    const { current, previous } = this.counter(principal, name, now);
    const passed = now % this.ms;
    const room = this.calls - count;
    if (room < 0) return this.ms;
    if (current + previous * (1 - passed / this.ms) <= room) return 0;
    // As this window goes on, the one before it counts for less.
    if (current <= room) return this.ms * (1 - (room - current) / previous) - passed;
    // In the next window this one is the one before, and counts for less and less.
    return this.ms - passed + this.ms * (1 - room / current);
  }

  /** `count` below zero takes calls back. */
  add(principal: string, name: string, count: number, now: number): void {
    const counter = this.counter(principal, name, now);
    counter.current = Math.max(0, counter.current + count);
  }

  private counter(principal: string, name: string, now: number): Counter {
    const counters = this.countersOf(principal);
    const window = Math.floor(now / this.ms);
    if (counters.size >= MAX_COUNTERS && !counters.has(name)) forgetEnded(counters, window);
    // Names are the caller's choice: past the bound they share one counter, so that none is forgotten for another.
    const key = counters.has(name) || counters.size < MAX_COUNTERS ? name : '';
    let counter = counters.get(key);
    if (counter === undefined) {
      counter = { window, current: 0, previous: 0 };
      counters.set(key, counter);
    } else if (window > counter.window) {
      counter.previous = window === counter.window + 1 ? counter.current : 0;
      counter.current = 0;
      counter.window = window;
    }
    return counter;
  }

  private countersOf(principal: string): Map<string, Counter> {
    let counters = this.principals.get(principal);
    if (counters !== undefined) this.principals.delete(principal);
    else {
      counters = new Map();
      if (this.principals.size >= MAX_PRINCIPALS) this.principals.delete(this.principals.keys().next().value ?? '');
    }
    this.principals.set(principal, counters);
    return counters;
  }
}

function forgetEnded(counters: Map<string, Counter>, window: number): void {
  for (const [name, counter] of counters) if (counter.window < window - 1) counters.delete(name);
}
