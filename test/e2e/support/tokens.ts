/** Access tokens signed with the key of the local pool: real ones, and what an attacker would like to pass for one. */
import { readFileSync } from 'node:fs';
import { importJWK, type JWK, SignJWT } from 'jose';
import { type GrantsPlace, writeGrant } from './grants';

export type Claims = Readonly<Record<string, unknown>>;

/** What a forger needs to know of a stack; its description has it all. */
export interface Forgeable extends GrantsPlace {
  readonly issuer: string;
  readonly resource: string;
  readonly signingKey: string;
  readonly upstreamClient: string;
  readonly machineClients: Readonly<Record<string, { readonly clientId: string; readonly scopes: readonly string[] }>>;
}

export class Forger {
  readonly key: JWK;
  private living?: Promise<string>;

  constructor(private readonly stack: Forgeable) {
    this.key = JSON.parse(readFileSync(stack.signingKey, 'utf8'));
  }

  /** Scopes of this server as they are on the wire. */
  scopes(...names: readonly string[]): string {
    return names.map((name) => `${this.stack.resource}/${name}`).join(' ');
  }

  /**
   * A user's token with the read scope, in no group, of a living grant, changed by `claims`; undefined takes a claim
   * away.
   */
  async user(claims: Claims = {}, header: Claims = {}): Promise<string> {
    return this.sign(
      {
        sub: 'forged-user',
        username: 'forged-user',
        client_id: this.stack.upstreamClient,
        aud: this.stack.resource,
        ...('origin_jti' in claims ? {} : { origin_jti: await this.livingGrant() }),
        scope: this.scopes('notes:read'),
        ...claims,
      },
      header,
    );
  }

  /** The token of a machine client, which has no audience. */
  machine(name: string, claims: Claims = {}): Promise<string> {
    const client = this.stack.machineClients[name];
    if (client === undefined) throw new Error(`the stack has no machine client '${name}'`);
    return this.sign({
      sub: client.clientId,
      client_id: client.clientId,
      scope: client.scopes.join(' '),
      ...claims,
    });
  }

  /** The `origin_jti` of a grant of its own, as the broker would have written it. */
  grant(state: 'alive' | 'revoked' | 'expired' = 'alive'): Promise<string> {
    return writeGrant(this.stack, state);
  }

  async sign(claims: Claims, header: Claims = {}): Promise<string> {
    const key = await importJWK(this.key, 'RS256');
    return new SignJWT(this.common(claims))
      .setProtectedHeader({ kid: this.key.kid, alg: 'RS256', ...header })
      .sign(key);
  }

  /** Claims every token of the pool has. */
  common(claims: Claims): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1000);
    return { iss: this.stack.issuer, token_use: 'access', version: 2, iat: now, exp: now + 900, ...claims };
  }

  /** One for all tokens of this forger. */
  private livingGrant(): Promise<string> {
    this.living ??= this.grant();
    return this.living;
  }
}
