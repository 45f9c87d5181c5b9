import type { AuthorizerSpec } from '../deployment/apis';

/** What the function learns about the caller. */
export interface Grant {
  /** Every value as text. */
  readonly claims: Readonly<Record<string, string>>;
  /** The route's scopes that the token holds; null when the route names none. */
  readonly scopes: readonly string[] | null;
}

export type JwtDecision =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'unauthorized'; readonly reason: string }
  | { readonly kind: 'forbidden'; readonly reason: string };

/** The algorithms an HTTP API verifies: RSA alone. */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/** The decision about the claims of a token whose signature is good. `aud` is looked at before `client_id`. */
export function decide(
  authorizer: AuthorizerSpec,
  routeScopes: readonly string[],
  claims: Readonly<Record<string, unknown>>,
  nowSeconds: number,
): JwtDecision {
  const unauthorized = (reason: string): JwtDecision => ({ kind: 'unauthorized', reason });
  if (claims.iss !== authorizer.issuer) return unauthorized('the token does not have a valid issuer');
  const audience = claims.aud ?? claims.client_id;
  if (!texts(audience).some((one) => authorizer.audience.includes(one))) {
    return unauthorized('the token does not have a valid audience');
  }
  if (typeof claims.exp !== 'number' || claims.exp <= nowSeconds) return unauthorized('the token has expired');
  if (typeof claims.nbf === 'number' && claims.nbf > nowSeconds) return unauthorized('the token is not valid yet');
  if (typeof claims.iat === 'number' && claims.iat > nowSeconds) return unauthorized('the token is used before issued');
  const held = texts(claims.scope ?? claims.scp).flatMap((scope) => scope.split(' '));
  const matching = routeScopes.filter((scope) => held.includes(scope));
  if (routeScopes.length > 0 && matching.length === 0) {
    return { kind: 'forbidden', reason: 'insufficient_scope' };
  }
  return { kind: 'granted', grant: { claims: asText(claims), scopes: routeScopes.length > 0 ? matching : null } };
}

/** The token in the header's value, with or without the scheme before it. */
export function tokenOf(value: string | undefined): string | undefined {
  return value?.replace(/^bearer\s+/i, '').trim() || undefined;
}

/** The challenge of a 401: it cannot carry more, `resource_metadata` least of all. */
export function challenge(reason: string | undefined): string {
  return reason === undefined ? 'Bearer' : `Bearer scope="" error="invalid_token" error_description="${reason}"`;
}

/** Numbers and truth values as text, lists as `[a b]`, objects as JSON; empty claims are left out. */
function asText(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(text).join(' ')}]`;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  };
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => [name, text(value)]),
  );
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');
}
