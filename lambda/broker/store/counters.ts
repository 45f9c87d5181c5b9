/** Counts per window of time, across all instances: an atomic addition per event. */
import { homeSuffix } from '../../regions';
import type { Table } from './table';

export class Counters {
  constructor(
    private readonly table: Table,
    private readonly now: () => number,
  ) {}

  /** Counts one more of `what`; false: there are more than `limit` in this window. */
  async count(what: string, limit: number, windowSeconds: number): Promise<boolean> {
    const window = Math.floor(this.now() / windowSeconds);
    // Each region counts for itself: two that add to one item would lose what they add.
    const region = homeSuffix(this.table.replicas?.regions);
    const counted = await this.table.update(`COUNT#${what}#${window}${region}`, {
      add: { times: 1 },
      set: { expires: (window + 2) * windowSeconds },
    });
    return Number(counted?.times) <= limit;
  }
}
