import { randomBytes, randomUUID } from 'node:crypto';
import type { PoolConfig } from './config';

export interface User {
  readonly sub: string;
  /** What is typed into the form. */
  readonly signInName: string;
  /** What tokens say: of a user who signs in by email, the `sub` again. */
  readonly username: string;
  readonly password: string;
  readonly email?: string;
  groups: readonly string[];
  enabled: boolean;
}

/** What a user allowed one client at one sign-in; every token of the session repeats it. */
export interface Session {
  readonly clientId: string;
  readonly username: string;
  readonly scopes: readonly string[];
  /** The bound `resource`: becomes `aud` of the access tokens. */
  readonly audience?: string;
  readonly nonce?: string;
  /** Seconds. */
  readonly authTime: number;
  readonly originJti: string;
  readonly eventId: string;
}

export interface CodeGrant {
  readonly session: Session;
  readonly redirectUri: string;
  readonly codeChallenge?: string;
}

export interface SignIn {
  readonly username: string;
  readonly authTime: number;
}

/** State of one pool; nothing outlives the process. */
export interface Store {
  /** By `username`. */
  readonly users: ReadonlyMap<string, User>;
  readonly codes: Expiring<CodeGrant>;
  readonly refreshTokens: Expiring<Session>;
  /** Managed-login cookies. */
  readonly signIns: Expiring<SignIn>;
  /** `origin_jti` of ended sessions: only Cognito's own endpoints look at it. */
  readonly revoked: Set<string>;
}

export function createStore(pool: PoolConfig, now: () => number): Store {
  const byEmail = pool.usernameAttributes?.includes('email') ?? false;
  const users = pool.users.map((user): [string, User] => {
    const sub = randomUUID();
    const signInName = byEmail ? (user.email ?? user.username) : user.username;
    const username = byEmail ? sub : user.username;
    return [username, { ...user, sub, signInName, username, groups: [...user.groups], enabled: true }];
  });
  return {
    users: new Map(users),
    codes: new Expiring(now),
    refreshTokens: new Expiring(now),
    signIns: new Expiring(now),
    revoked: new Set(),
  };
}

/** Values under unguessable handles, each until its time is over. */
export class Expiring<T> {
  private readonly entries = new Map<string, { value: T; until: number }>();

  constructor(private readonly now: () => number) {}

  add(value: T, seconds: number): string {
    const handle = randomBytes(32).toString('base64url');
    this.entries.set(handle, { value, until: this.now() + seconds * 1000 });
    return handle;
  }

  get(handle: string | undefined): T | undefined {
    const entry = handle === undefined ? undefined : this.entries.get(handle);
    return entry && this.now() < entry.until ? entry.value : undefined;
  }

  /** Reads once: a second call finds nothing. */
  take(handle: string | undefined): T | undefined {
    const value = this.get(handle);
    this.remove(handle);
    return value;
  }

  remove(handle: string | undefined): void {
    if (handle !== undefined) this.entries.delete(handle);
  }
}
