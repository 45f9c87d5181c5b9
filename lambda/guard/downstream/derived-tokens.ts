/**
 * Tokens for the services behind tools. The caller's own token never goes there, and tool code never has it: it lies
 * where only the code of this file finds it, and is gone with the principal of its request.
 */

import type { GuardConfig } from '../config';
import type { Principal } from '../principal';
import { bearerToken } from '../tokens/authenticate';
import { TokenCache } from '../tokens/token-cache';
import { cognitoExchange, type DerivedToken, type ExchangeToken } from './exchange-token';
import { TokenUnavailable } from './token-unavailable';

/** A token for `audience` in the name of `caller`, whose token is `subject`. */
export type DeriveToken = (caller: Principal, subject: string, audience: string) => Promise<DerivedToken>;

/** A token this close to its end is not handed out again. */
const SPARE_MS = 60_000;
const MAX_TOKENS = 1_000;

const subjects = new WeakMap<Principal, (audience: string) => Promise<DerivedToken>>();

/** Keeps the token of a request, for `tokenFor` alone. */
export function keepSubject(caller: Principal, headers: Headers, derive: DeriveToken): void {
  const token = bearerToken(headers, '');
  if (token.ok) subjects.set(caller, (audience) => derive(caller, token.value, audience));
}

/** @throws for an audience that the server does not declare; TokenUnavailable where there is none to be had. */
export async function tokenFor(caller: Principal, audience: string): Promise<DerivedToken> {
  const derive = subjects.get(caller);
  if (derive === undefined) throw unknownAudience(audience, []);
  return derive(audience);
}

/** @throws when a service would take tokens of this very server. */
export function derivedTokens(
  config: GuardConfig,
  exchange: ExchangeToken | undefined = exchangeOf(config),
  clock: () => number = Date.now,
): DeriveToken {
  const rules = new Map(config.policy.downstream?.map(({ audience, scopes }) => [audience, scopes]));
  if (rules.has(config.resource)) {
    throw new Error(`downstream audience '${config.resource}' is this server itself: name the service behind it`);
  }
  const known = new Map<string, Promise<DerivedToken>>();

  return async (caller, subject, audience) => {
    const scopes = rules.get(audience);
    if (scopes === undefined) throw unknownAudience(audience, [...rules.keys()]);
    const held = scopes.filter((scope) => caller.scopes.includes(scope));
    const why = unavailable(caller, scopes, held, exchange);
    if (why !== undefined || exchange === undefined) throw new TokenUnavailable(audience, why ?? '');
    // By the token, not by the user: another grant of the same user may hold other scopes, or be revoked.
    const key = `${TokenCache.keyOf(subject)} ${audience}`;
    const earlier = known.get(key);
    // Not awaited where there is none: what is asked for at the same time is asked of the provider once.
    const token = earlier && (await earlier.catch(() => undefined));
    if (token !== undefined && token.expiresAt * 1000 - SPARE_MS > clock()) return token;
    const wanted = { audience, scopes: held.map((scope) => `${config.scopePrefix}${scope}`) };
    const derived = exchange(subject, wanted);
    if (known.size >= MAX_TOKENS) known.delete(known.keys().next().value ?? '');
    known.set(key, derived);
    derived.catch(() => known.delete(key));
    return derived;
  };
}

/** Why no token can be had, as far as can be known without asking. */
function unavailable(
  caller: Principal,
  scopes: readonly string[],
  held: readonly string[],
  exchange: ExchangeToken | undefined,
): string | undefined {
  if (exchange === undefined) return 'the identity provider exchanges no tokens';
  if (caller.kind === 'machine') return 'a machine client has no user in whose name to call';
  if (held.length > 0) return undefined;
  return `the caller's token holds none of ${quoted(scopes)}, so ask for one in the access rule of the tool`;
}

function exchangeOf({ exchangeClient, tokenIssuer }: GuardConfig): ExchangeToken | undefined {
  return exchangeClient === undefined ? undefined : cognitoExchange(exchangeClient, tokenIssuer, process.env);
}

function unknownAudience(audience: string, declared: readonly string[]): Error {
  const fix = declared.length > 0 ? `use one of ${quoted(declared)}, or declare it` : 'declare it';
  return new Error(`unknown audience '${audience}': ${fix} in \`downstream\` of SecureMcpServer`);
}

function quoted(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(', ');
}
