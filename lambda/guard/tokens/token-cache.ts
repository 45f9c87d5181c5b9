/** Principals of tokens that were verified, by the token's hash: bounded, and never longer than the token lives. */
import { hash } from 'node:crypto';
import type { Principal } from '../principal';

const MAX_TOKENS = 1_000;

export class TokenCache {
  private readonly principals = new Map<string, Principal>();

  get(key: string): Principal | undefined {
    return this.principals.get(key);
  }

  set(key: string, principal: Principal): void {
    if (this.principals.size >= MAX_TOKENS) {
      const oldest = this.principals.keys().next().value;
      if (oldest !== undefined) this.principals.delete(oldest);
    }
    this.principals.set(key, principal);
  }

  delete(key: string): void {
    this.principals.delete(key);
  }

  /** The token itself is not kept: a heap dump of the cache holds no credential. */
  static keyOf(token: string): string {
    return hash('sha256', token, 'base64');
  }
}
