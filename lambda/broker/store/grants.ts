/**
 * Grants: what a user allowed a client. Keyed by the `origin_jti` that every token of one sign-in carries, so that
 * the guard finds the grant behind a token. An ended grant stays, marked, until its tokens could no longer live.
 */
import { TableKey } from '../../../lib/private/contract';
import type { Table } from './table';

export interface Grant {
  readonly id: string;
  /** The user's `sub`. */
  readonly user: string;
  readonly client: string;
  readonly clientName: string;
  /** Unqualified. */
  readonly scopes: readonly string[];
  /** Seconds since the epoch. */
  readonly created: number;
  /** Absolute end. */
  readonly expires: number;
  /** Number of the refresh handle that is current. */
  readonly generation: number;
  /** When the handle before it was replaced. */
  readonly rotated: number;
  /** Whether the handle before it may still be presented once. */
  readonly retry: boolean;
  readonly revoked?: number;
}

export class Grants {
  constructor(
    private readonly table: Table,
    private readonly now: () => number,
  ) {}

  async find(id: string): Promise<Grant | undefined> {
    const item = await this.table.get(keyOf(id));
    return item === undefined ? undefined : ({ ...item, id } as unknown as Grant);
  }

  /** Writes a new grant over nothing, or over the mark of one that was ended before it was written. */
  async open(grant: Omit<Grant, 'generation' | 'rotated' | 'retry' | 'revoked'>): Promise<void> {
    const { id, ...attributes } = grant;
    await this.table.update(keyOf(id), { set: { ...attributes, generation: 1, rotated: grant.created, retry: false } });
  }

  /** Moves to the next handle; false: another refresh was first, or the grant has ended. */
  async rotate(grant: Grant, next: { readonly generation: number; readonly retry: boolean }): Promise<boolean> {
    const updated = await this.table.update(keyOf(grant.id), {
      set: { ...next, rotated: this.now() },
      condition: '#generation = :was AND #retry = :mayRetry AND attribute_not_exists(#revoked)',
      names: { '#revoked': 'revoked' },
      values: { ':was': grant.generation, ':mayRetry': grant.retry },
    });
    return updated !== undefined;
  }

  async end(id: string): Promise<void> {
    await this.table.update(keyOf(id), {
      set: { revoked: this.now() },
      condition: 'attribute_exists(#key)',
      names: { '#key': TableKey.attribute },
    });
  }
}

function keyOf(id: string): string {
  return `${TableKey.grant}${id}`;
}
