/**
 * From the Authorization header to a principal: the token's header, its signature, its claims. The guard asks this of
 * every request; a Lambda authorizer in front of it asks the same.
 */
import type { Principal } from '../principal';
import { tokenVerified } from '../readings';
import { ok, type Result, refuse } from '../result';
import { alive, bearerToken, decidePrincipal, type TokenFacts } from './authenticate';
import type { VerifySignature } from './signature';
import { TokenCache } from './token-cache';
import { admitTokenHeader } from './token-header';

/** `url`: that of the request, where no token may be. */
export type Authenticate = (headers: Headers, url: string) => Promise<Result<Principal>>;

/** `clock`: milliseconds since the epoch. */
export function authenticator(verifySignature: VerifySignature, facts: TokenFacts, clock: () => number): Authenticate {
  const cache = new TokenCache();
  return async (headers, url) => {
    const token = bearerToken(headers, url);
    if (!token.ok) return token;
    const now = clock() / 1000;
    const key = TokenCache.keyOf(token.value);
    const known = cache.get(key);
    if (known !== undefined) {
      if (alive(known.claims, now)) return ok(known);
      cache.delete(key);
      return refuse({ reason: 'token_expired' });
    }
    const header = admitTokenHeader(token.value);
    if (!header.ok) return header;
    const claims = await verifySignature(token.value);
    if (!claims.ok) return claims;
    tokenVerified();
    const principal = decidePrincipal(claims.value, facts, now);
    if (principal.ok) cache.set(key, principal.value);
    return principal;
  };
}
