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
}
