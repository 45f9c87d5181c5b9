/**
 * Is this token for this server, and whose is it? Decided on the claims of a token whose signature was
 * verified (`signature.ts`). Another provider's tokens are read as its profile says (`profiled-token.ts`).
 * Sources: RFC 6750 (bearer), RFC 8707 (audience), Cognito access tokens:
 * a user token carries the audience the client asked for, which may be any https URL, so it must also hold
 * a scope of this server; a machine token (client_credentials) carries no audience at all, so it is accepted
 * from listed clients only and must hold scopes of this server and no other.
 */
import type { TokenProfile } from '../../../lib/private/contract';
import { NO_CONTEXT, type Principal } from '../principal';
import { ok, type Result, refuse } from '../result';
import { decideByProfile } from './profiled-token';

export interface TokenFacts {
  /** `iss` of the tokens. */
  readonly issuer: string;
  /** The MCP URL, which `aud` of a user token equals. */
  readonly resource: string;
  /** What precedes a scope's name on the wire. */
  readonly scopePrefix: string;
  /** Scopes this server declares, unqualified. */
  readonly scopes: ReadonlySet<string>;
  readonly userClients: ReadonlySet<string>;
  readonly machineClients: ReadonlySet<string>;
  /** How tokens are read that Cognito did not issue. */
  readonly profile?: TokenProfile;
}

export type Claims = Readonly<Record<string, unknown>>;

/** Longest token that is looked at, in characters; Cognito's are under 5,000 with many groups. */
const MAX_TOKEN_LENGTH = 16_384;
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The token of a request, from the Authorization header alone (RFC 6750 §2.1). */
export function bearerToken(headers: Headers, url: string): Result<string> {
  const authorization = headers.get('authorization');
  if (authorization === null) {
    return refuse({ reason: /[?&]access_token=/i.test(url) ? 'token_in_query' : 'token_missing' });
  }
  const token = BEARER.exec(authorization)?.[1];
  if (token === undefined) return refuse({ reason: 'token_missing' });
  if (token.length > MAX_TOKEN_LENGTH) return refuse({ reason: 'token_malformed' });
  return ok(token);
}

/** The principal behind verified claims; `now` in seconds since the epoch. */
export function decidePrincipal(claims: Claims, facts: TokenFacts, now: number): Result<Principal> {
  if (claims.iss !== facts.issuer) return refuse({ reason: 'token_issuer' });
  if (facts.profile === undefined && claims.token_use !== 'access') return refuse({ reason: 'token_use' });
  if (!alive(claims, now)) return refuse({ reason: 'token_expired' });
  if (claims.nbf !== undefined && !(typeof claims.nbf === 'number' && claims.nbf <= now)) {
    return refuse({ reason: 'token_not_yet_valid' });
  }
  if (facts.profile !== undefined) return decideByProfile(claims, facts.profile, facts);
  if (typeof claims.client_id !== 'string') return refuse({ reason: 'token_client' });
  if (typeof claims.sub !== 'string' || claims.sub === '') return refuse({ reason: 'token_subject' });
  if (facts.machineClients.has(claims.client_id)) return machine(claims, claims.client_id, claims.sub, facts);
  if (facts.userClients.has(claims.client_id)) return user(claims, claims.client_id, claims.sub, facts);
  return refuse({ reason: 'token_client' });
}

/** Whether the token has not expired; a cached principal is asked again on every call. */
export function alive(claims: Claims, now: number): boolean {
  // Also no number that is none: JSON can spell one that never comes.
  return typeof claims.exp === 'number' && claims.exp > now && claims.exp < Number.POSITIVE_INFINITY;
}

function user(claims: Claims, client: string, id: string, facts: TokenFacts): Result<Principal> {
  if (claims.aud !== facts.resource) return refuse({ reason: 'token_audience' });
  const { own } = scopesOf(claims, facts);
  if (own.length === 0) return refuse({ reason: 'token_scope' });
  return ok({
    kind: 'user',
    id,
    client,
    groups: strings(claims['cognito:groups']),
    scopes: own,
    claims,
    context: NO_CONTEXT,
  });
}

function machine(claims: Claims, client: string, id: string, facts: TokenFacts): Result<Principal> {
  if (claims.aud !== undefined) return refuse({ reason: 'token_audience' });
  if (claims.username !== undefined) return refuse({ reason: 'token_subject' });
  const { own, foreign } = scopesOf(claims, facts);
  if (own.length === 0 || foreign) return refuse({ reason: 'token_scope' });
  return ok({ kind: 'machine', id, client, groups: [], scopes: own, claims, context: NO_CONTEXT });
}

function scopesOf(claims: Claims, facts: TokenFacts): { own: string[]; foreign: boolean } {
  const held = typeof claims.scope === 'string' ? claims.scope.split(' ').filter((scope) => scope !== '') : [];
  const own = held
    .filter((scope) => scope.startsWith(facts.scopePrefix))
    .map((scope) => scope.slice(facts.scopePrefix.length))
    .filter((scope) => facts.scopes.has(scope));
  return { own, foreign: own.length !== held.length };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
