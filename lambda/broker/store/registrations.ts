/** Dynamically registered clients (RFC 7591): they expire unless someone signs in with them. */
import type { Client } from '../clients/client';
import { hashOf } from '../seal';
import { homeOf } from './replicas';
import type { Attributes, Table } from './table';

/** A client that was used is kept as long as after its last use. */
const USED_SECONDS = 90 * 86_400;

export class Registrations {
  constructor(
    private readonly table: Table,
    private readonly now: () => number,
  ) {}

  async add(client: Client, unusedSeconds: number): Promise<void> {
    await this.table.put(keyOf(client.id), { client, expires: this.now() + unusedSeconds });
  }

  async find(id: string): Promise<Client | undefined> {
    const item = (await this.table.get(keyOf(id))) ?? (await this.fromHome(id));
    return item?.client as Client | undefined;
  }

  /** A registration that its region wrote a moment ago. */
  private fromHome(id: string): Promise<Attributes | undefined> {
    const home = homeOf(this.table, id);
    return home === this.table ? Promise.resolve(undefined) : home.get(keyOf(id));
  }

  async used(id: string): Promise<void> {
    await this.table.update(keyOf(id), {
      set: { expires: this.now() + USED_SECONDS },
      condition: 'attribute_exists(#key)',
      names: { '#key': 'pk' },
    });
  }
}

function keyOf(id: string): string {
  return `CLIENT#${hashOf(id)}`;
}
