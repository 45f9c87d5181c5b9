/** Who is calling: what the token proved, without the token. */
export interface Principal {
  readonly kind: 'user' | 'machine';
  /** The token's `sub`. */
  readonly id: string;
  /** Groups of a user; always empty for a machine. */
  readonly groups: readonly string[];
  /** Scopes of this server that the token holds, unqualified. */
  readonly scopes: readonly string[];
  /** The OAuth client that the token was issued to. */
  readonly client: string;
  /** The token's claims. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Values of the context headers that the token is for, by the header's name in lower case. */
  readonly context: Readonly<Record<string, string>>;
}

/** Of a principal that addresses nothing in particular. */
export const NO_CONTEXT: Principal['context'] = Object.freeze({});

/**
 * The same principal, which nothing can change: it is handed to tools and believed again for the next call of the same
 * token, so a tool that added a group to it would have granted that group.
 */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
