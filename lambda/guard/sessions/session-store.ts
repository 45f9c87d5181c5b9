/**
 * Sessions in the guard's table. An item is found by the hash of session id and principal, so that a session of
 * somebody else is not found, just as one that never was; what it holds is encrypted under a key derived from the id,
 * which is stored nowhere: a stolen table opens nothing. The table's time to live is late, so `expires` is compared on
 * every read.
 */
import { createHash, randomBytes } from 'node:crypto';
import { StateKey, TableKey } from '../../../lib/private/contract';
import { homeIn } from '../../regions';
import type { Table } from '../dynamodb';
import type { Principal } from '../principal';
import { seal, unseal } from './sealed';
import type { SessionState } from './session-state';

/** Seconds that may pass before a use of the session is written down. */
const TOUCH_SECONDS = 60;

export interface StoredSession {
  readonly key: string;
  readonly state: SessionState;
  /** Rises with every change of the state. */
  readonly version: number;
  /** Seconds since the epoch. */
  readonly expires: number;
}

export class SessionStore {
  constructor(
    private readonly table: Table,
    private readonly seconds: number,
    /** What ids end in: the region that begins the session. */
    private readonly home = '',
  ) {}

  /** @returns the id of a new session and its record. */
  async begin(principal: Principal, state: SessionState, now: number): Promise<{ id: string; stored: StoredSession }> {
    const id = `${randomBytes(32).toString('base64url')}${this.home}`;
    const key = keyOf(id, principal);
    const stored = { key, state, version: 1, expires: this.expiry(now) };
    await this.table.put(
      key,
      { [TableKey.expires]: { N: String(stored.expires) }, version: { N: '1' }, data: { B: sealed(id, key, state) } },
      { ConditionExpression: `attribute_not_exists(${TableKey.attribute})` },
    );
    return { id, stored };
  }

  /** The session, if it is this principal's and lives. */
  async find(id: string, principal: Principal, now: number): Promise<StoredSession | undefined> {
    const key = keyOf(id, principal);
    const item = await this.table.get(key);
    const expires = Number(item?.expires?.N);
    if (item?.data?.B === undefined || !(expires * 1000 > now)) return undefined;
    const text = unseal(secretIn(id), key, Buffer.from(item.data.B, 'base64'));
    if (text === undefined) return undefined;
    return { key, state: JSON.parse(text) as SessionState, version: Number(item.version?.N), expires };
  }

  /** Writes the use of a session where it is due. False: the session has ended meanwhile. */
  async touch({ key, expires }: StoredSession, now: number): Promise<boolean> {
    const next = this.expiry(now);
    if (next - expires < TOUCH_SECONDS) return true;
    return this.update(key, `attribute_exists(${TableKey.attribute})`, 'SET #expires = :expires', {
      ':expires': { N: String(next) },
    });
  }

  /** False: the session has ended or changed since it was read. */
  save(id: string, { key, version }: StoredSession, state: SessionState, now: number): Promise<boolean> {
    const change = 'SET #expires = :expires, #data = :data, #version = :next';
    return this.update(key, '#version = :version', change, {
      ':expires': { N: String(this.expiry(now)) },
      ':data': { B: sealed(id, key, state) },
      ':version': { N: String(version) },
      ':next': { N: String(version + 1) },
    });
  }

  /** False: there was nothing to end. */
  end(key: string): Promise<boolean> {
    return this.table.delete(key, { ConditionExpression: `attribute_exists(${TableKey.attribute})` });
  }

  private async update(key: string, condition: string, change: string, values: object): Promise<boolean> {
    const expression = `${condition} ${change}`;
    const names = { '#expires': TableKey.expires, '#data': 'data', '#version': 'version' };
    const updated = await this.table.update(key, {
      ConditionExpression: condition,
      UpdateExpression: change,
      ExpressionAttributeNames: Object.fromEntries(Object.entries(names).filter(([name]) => expression.includes(name))),
      ExpressionAttributeValues: values,
      ReturnValues: 'UPDATED_NEW',
    });
    return updated !== undefined;
  }

  private expiry(now: number): number {
    return Math.ceil(now / 1000) + this.seconds;
  }
}

function keyOf(id: string, { kind, id: subject, client }: Principal): string {
  const holder = JSON.stringify([id, kind, subject, client]);
  const home = homeIn(id);
  return `${StateKey.session}${createHash('sha256').update(holder).digest('base64url')}${home === undefined ? '' : `.${home}`}`;
}

/** The random part of an id. */
function secretIn(id: string): Buffer {
  return Buffer.from(id.split('.')[0] ?? '', 'base64url');
}

function sealed(id: string, key: string, state: SessionState): string {
  return seal(secretIn(id), key, JSON.stringify(state)).toString('base64');
}
