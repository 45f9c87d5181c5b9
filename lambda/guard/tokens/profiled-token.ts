/**
 * A token that Cognito did not issue, read as the profile of its provider says. Providers agree on RFC 9068 in part
 * only: it is the default, and what differs is named in the profile. Whatever the profile, the token must be for this
 * server (`aud`), for a client that is accepted, with a scope of this server, and must not be an ID token, which
 * providers without `at+jwt` sign with the same header.
 */
import { ANY_CLIENT, type TokenProfile } from '../../../lib/private/contract';
import { NO_CONTEXT, type Principal } from '../principal';
import type { TokenFault } from '../refusal';
import { ok, type Result, refuse } from '../result';
import type { Claims, TokenFacts } from './authenticate';

/** Claims that OpenID Connect Core gives to ID tokens alone (§2, §3.1.3.6, §3.3.2.11). */
const ID_TOKEN_CLAIMS = ['nonce', 'at_hash', 'c_hash', 's_hash'];

/** What is wrong with the header of a token, if anything. */
export function headerFault(header: object, profile: TokenProfile): TokenFault | undefined {
  const { alg, typ = 'none', crit } = header as Readonly<Record<string, unknown>>;
  // What must be understood (RFC 7515 §4.1.11) and is not known here.
  if (crit !== undefined) return 'token_malformed';
  if (typeof alg !== 'string' || !profile.algorithms.includes(alg)) return 'token_algorithm';
  if (typeof typ !== 'string' || !profile.types.includes(mediaType(typ))) return 'token_use';
  return undefined;
}

/** The principal behind verified claims whose issuer and time were checked. */
export function decideByProfile(claims: Claims, profile: TokenProfile, facts: TokenFacts): Result<Principal> {
  if (isOfAnotherUse(claims, profile)) return refuse({ reason: 'token_use' });
  if (!isForThisServer(claims.aud, profile, facts)) return refuse({ reason: 'token_audience' });
  const client = claims[profile.clientClaim];
  if (typeof client !== 'string' || client === '') return refuse({ reason: 'token_client' });
  if (facts.machineClients.has(client)) return machine(claims, client, profile, facts);
  if (facts.userClients.has(client) || facts.userClients.has(ANY_CLIENT)) return user(claims, client, profile, facts);
  return refuse({ reason: 'token_client' });
}

function isOfAnotherUse(claims: Claims, { requiredClaims = {} }: TokenProfile): boolean {
  if (claims.token_use !== undefined && claims.token_use !== 'access') return true;
  // Bound to a key that its holder proves elsewhere (RFC 7800): as a mere bearer token it could be a stolen one.
  if (claims.cnf !== undefined) return true;
  if (ID_TOKEN_CLAIMS.some((name) => claims[name] !== undefined)) return true;
  return Object.entries(requiredClaims).some(([name, value]) => claims[name] !== value);
}

/** An audience that nobody named could be a service that uses our callers' tokens here. */
function isForThisServer(aud: unknown, profile: TokenProfile, facts: TokenFacts): boolean {
  const { audience = facts.resource, otherAudiences = [] } = profile;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(audience)) return false;
  return audiences.every((one) => one === audience || otherAudiences.includes(one as string));
}

function user(claims: Claims, client: string, profile: TokenProfile, facts: TokenFacts): Result<Principal> {
  const id = claims[profile.subjectClaim ?? 'sub'];
  if (typeof id !== 'string' || id === '') return refuse({ reason: 'token_subject' });
  if (isOfTheClient(claims, client)) return refuse({ reason: 'token_subject' });
  const scopes = ownScopes(claims[profile.scopeClaim], profile, facts);
  if (scopes.length === 0) return refuse({ reason: 'token_scope' });
  const groups = profile.groupsClaim === undefined ? [] : strings(claims[profile.groupsClaim]);
  return ok({ kind: 'user', id, client, groups, scopes, claims, context: NO_CONTEXT });
}

/** Whether a client got the token for itself: a program is not a person because its client may sign people in. */
function isOfTheClient({ sub, gty, idtyp }: Claims, client: string): boolean {
  return sub === client || sub === `${client}@clients` || gty === 'client-credentials' || idtyp === 'app';
}

/** Some providers give a machine no subject; it is its client then. */
function machine(claims: Claims, client: string, profile: TokenProfile, facts: TokenFacts): Result<Principal> {
  const { sub = client } = claims;
  if (typeof sub !== 'string' || sub === '') return refuse({ reason: 'token_subject' });
  const held = ownScopes(claims[profile.machineScopeClaim ?? profile.scopeClaim], profile, facts);
  const scopes = held.filter((scope) => profile.machineScopes[client]?.includes(scope));
  if (scopes.length === 0) return refuse({ reason: 'token_scope' });
  return ok({ kind: 'machine', id: sub, client, groups: [], scopes, claims, context: NO_CONTEXT });
}

function ownScopes(claim: unknown, { scopePrefix }: TokenProfile, facts: TokenFacts): string[] {
  const prefix = scopePrefix ?? facts.scopePrefix;
  const held = typeof claim === 'string' ? claim.split(' ') : strings(claim);
  return held
    .filter((scope) => scope.startsWith(prefix))
    .map((scope) => scope.slice(prefix.length))
    .filter((scope) => facts.scopes.has(scope));
}

function mediaType(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '');
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
