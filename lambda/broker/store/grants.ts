/**
 * Grants: what a user allowed a client. Keyed by the `origin_jti` that every token of one sign-in carries, so that
 * the guard finds the grant behind a token. An ended grant stays, marked, until its tokens could no longer live.
 *
 * In several regions a grant is decided on at its home, which the refresh handle names. It may be ended from any, so its
 * end is an item of its own: whatever a region writes to the grant later, it stays ended.
 */
import { TableKey } from '../../../lib/private/contract';
import type { Attributes, Table } from './table';

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
    /** Seconds that a grant lives at most. */
    private readonly longest = 0,
  ) {}

  async find(id: string, home = this.table): Promise<Grant | undefined> {
    const [item, ended] = await Promise.all([home.get(keyOf(id)), this.endOf(id, home)]);
    const known = item ?? (home === this.table ? await this.elsewhere(id) : undefined);
    return known === undefined ? undefined : ({ ...known, ...ended, id } as unknown as Grant);
  }

  /** Writes a new grant over nothing, or over the mark of one that was ended before it was written. */
  async open(grant: Omit<Grant, 'generation' | 'rotated' | 'retry' | 'revoked'>): Promise<void> {
    const { id, ...attributes } = grant;
    await this.table.update(keyOf(id), { set: { ...attributes, generation: 1, rotated: grant.created, retry: false } });
  }

  /** Moves to the next handle; false: another refresh was first, or the grant has ended. */
  async rotate(
    grant: Grant,
    next: { readonly generation: number; readonly retry: boolean },
    home = this.table,
  ): Promise<boolean> {
    const updated = await home.update(keyOf(grant.id), {
      set: { ...next, rotated: this.now() },
      condition: '#generation = :was AND #retry = :mayRetry AND attribute_not_exists(#revoked)',
      names: { '#revoked': 'revoked' },
      values: { ':was': grant.generation, ':mayRetry': grant.retry },
    });
    return updated !== undefined;
  }

  async end(id: string): Promise<void> {
    if (this.table.replicas !== undefined) {
      await this.table.put(endKeyOf(id), { revoked: this.now(), expires: this.now() + this.longest });
    }
    await this.table.update(keyOf(id), {
      set: { revoked: this.now() },
      condition: 'attribute_exists(#key)',
      names: { '#key': TableKey.attribute },
    });
  }

  /** The mark of its end, here or at its home. */
  private async endOf(id: string, home: Table): Promise<{ readonly revoked: number } | undefined> {
    if (this.table.replicas === undefined) return undefined;
    const places = home === this.table ? [home] : [home, this.table];
    const marks = await Promise.all(places.map((place) => place.get(endKeyOf(id))));
    const mark = marks.find((one) => one !== undefined);
    return mark && { revoked: Number(mark.revoked) };
  }

  /** A grant that another region wrote a moment ago. @throws when a region that may have it does not answer. */
  private async elsewhere(id: string): Promise<Attributes | undefined> {
    const others = [...(this.table.replicas?.others.values() ?? [])];
    const items = await Promise.all(others.map((other) => other.get(keyOf(id))));
    return items.find((item) => item !== undefined);
  }
}

function endKeyOf(id: string): string {
  return `${TableKey.ended}${id}`;
}

function keyOf(id: string): string {
  return `${TableKey.grant}${id}`;
}
