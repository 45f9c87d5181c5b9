/** Dynamically registered clients (RFC 7591): they expire unless someone signs in with them. */
import type { Client } from '../clients/client';
import { hashOf } from '../seal';
import type { Table } from './table';

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
    return (await this.table.get(keyOf(id)))?.client as Client | undefined;
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
