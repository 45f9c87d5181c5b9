/** Refresh handles: by hash, with the upstream refresh token sealed under the handle itself. */
import { hashOf, newHandle, seal, unseal } from '../seal';
import type { Table } from './table';

export interface RefreshRecord {
  readonly grant: string;
  readonly client: string;
  readonly generation: number;
  readonly sealed: string;
}

export class RefreshHandles {
  constructor(private readonly table: Table) {}

  async issue(record: Omit<RefreshRecord, 'sealed'>, upstreamToken: string, expires: number): Promise<string> {
    const handle = newHandle();
    await this.table.put(keyOf(handle), { ...record, sealed: seal(handle, 'refresh', upstreamToken), expires });
    return handle;
  }

  async find(handle: string): Promise<RefreshRecord | undefined> {
    return (await this.table.get(keyOf(handle))) as RefreshRecord | undefined;
  }

  open(handle: string, record: RefreshRecord): string | undefined {
    return unseal(handle, 'refresh', record.sealed);
  }
}

function keyOf(handle: string): string {
  return `REFRESH#${hashOf(handle)}`;
}
