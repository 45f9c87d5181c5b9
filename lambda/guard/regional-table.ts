/**
 * The guard's table in several regions. A session is read and written in the region that began it, which its key
 * names, and in the replica here while that region does not answer: a session says nothing of who calls, so a copy
 * that is a second old does no harm. The key that seals what clients carry is made in the primary region alone, so
 * that there are never two. Counters are each region's own: two regions adding to one item would lose what they add.
 */
import { StateKey } from '../../lib/private/contract';
import { homeIn, type Regions } from '../regions';
import type { Table } from './dynamodb';

/** How long a region that did not answer is not waited for again, in milliseconds. */
const AWAY_MS = 10_000;

export function regionalTable(
  own: Table,
  others: ReadonlyMap<string, Table>,
  { own: here, primary }: Regions,
  clock = Date.now,
): Table {
  const homeOf = (key: string) => others.get(homeIn(key) ?? '') ?? own;

  const awayUntil = new Map<Table, number>();

  async function atHome<T>(key: string, work: (table: Table) => Promise<T>): Promise<T> {
    const home = homeOf(key);
    if (home === own || (awayUntil.get(home) ?? 0) > clock()) return work(own);
    try {
      return await work(home);
    } catch {
      awayUntil.set(home, clock() + AWAY_MS);
      return work(own);
    }
  }

  return {
    async get(key, input) {
      if (!isSeal(key)) return atHome(key, (table) => table.get(placed(key, here), input));
      return (await own.get(key, input)) ?? others.get(primary)?.get(key, input);
    },
    put(key, attributes, input) {
      if (isSeal(key)) return (others.get(primary) ?? own).put(key, attributes, input);
      return atHome(key, (table) => table.put(placed(key, here), attributes, input));
    },
    update: (key, input) => atHome(key, (table) => table.update(placed(key, here), input)),
    delete: (key, input) => atHome(key, (table) => table.delete(key, input)),
  };
}

function isSeal(key: string): boolean {
  return key.startsWith(StateKey.seal);
}

/** A counter's key says whose it is. */
function placed(key: string, here: string): string {
  return key.startsWith(StateKey.rate) ? `${key}#${here}` : key;
}
