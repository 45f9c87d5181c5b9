/** Refresh handles: by hash, with the upstream refresh token sealed under the handle itself. */
import { hashOf, seal, unseal } from '../seal';
import { homeOf, newHandleAt } from './replicas';
import type { Table } from './table';

export interface RefreshRecord {
  readonly grant: string;
  readonly client: string;
  readonly generation: number;
  readonly sealed: string;
}

/** A record, and the table at its home, where its grant is decided on. */
export interface FoundRefresh extends RefreshRecord {
  readonly home: Table;
  /** Its home does not answer: the replica here stands in, and may not know of what happened there last. */
  readonly standIn: boolean;
}

export class RefreshHandles {
  constructor(private readonly table: Table) {}

  /** The new handle's home is that of its grant; `home` is this region's table where it stands in. */
  async issue(
    record: Omit<RefreshRecord, 'sealed'>,
    upstreamToken: string,
    expires: number,
    home = this.table,
  ): Promise<string> {
    const handle = newHandleAt(home);
    await home.put(keyOf(handle), { ...record, sealed: seal(handle, 'refresh', upstreamToken), expires });
    return handle;
  }

  /** @throws when its home does not answer and the replica here has no record of it. */
  async find(handle: string): Promise<FoundRefresh | undefined> {
    const key = keyOf(handle);
    const home = homeOf(this.table, handle);
    try {
      return found(await home.get(key), home, false);
    } catch (fault) {
      if (home === this.table) throw fault;
      const record = found(await this.table.get(key), this.table, true);
      if (record === undefined) throw fault;
      return record;
    }
  }

  open(handle: string, record: RefreshRecord): string | undefined {
    return unseal(handle, 'refresh', record.sealed);
  }
}

function found(item: object | undefined, home: Table, standIn: boolean): FoundRefresh | undefined {
  return item === undefined ? undefined : { ...(item as RefreshRecord), home, standIn };
}

function keyOf(handle: string): string {
  return `REFRESH#${hashOf(handle)}`;
}
