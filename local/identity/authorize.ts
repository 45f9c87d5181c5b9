import type { AppClientConfig, PoolConfig } from './config';
import { bindsResources, clientOf } from './pool';
import { withParameters } from './responses';
import { isLoopback } from './validate';

export interface AuthorizationRequest {
  readonly client: AppClientConfig;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state?: string;
  readonly nonce?: string;
  readonly codeChallenge?: string;
  /** The bound resource; undefined where this pool binds none. */
  readonly audience?: string;
  readonly prompt?: string;
}

export type Authorization =
  /** Client or redirect URI unproven: an error page of the domain, never a redirect. */
  | { readonly kind: 'refused'; readonly error: string }
  /** An error for the client, at its redirect URI. */
  | { readonly kind: 'rejected'; readonly location: string }
  | { readonly kind: 'accepted'; readonly request: AuthorizationRequest };

/**
 * Decides on the parameters of `/oauth2/authorize` (and `/login`, which takes the same).
 * `identity_provider` and `idp_identifier` are ignored: local users are all there is.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
export function decideAuthorization(pool: PoolConfig, parameters: URLSearchParams): Authorization {
  const client = clientOf(pool, parameters.get('client_id'));
  const redirectUri = parameters.get('redirect_uri');
  if (!client) return { kind: 'refused', error: 'client_not_found' };
  // Compared as strings: another port, a trailing slash or another host name for loopback is another URI.
  if (redirectUri === null || !client.callbackUrls.includes(redirectUri)) {
    return { kind: 'refused', error: 'redirect_mismatch' };
  }

  const state = parameters.get('state') ?? undefined;
  const error = errorOf(client, parameters);
  // No `iss`: Cognito does not implement RFC 9207.
  if (error) return { kind: 'rejected', location: withParameters(redirectUri, { error, state }) };

  const resource = parameters.get('resource') ?? undefined;
  return {
    kind: 'accepted',
    request: {
      client,
      redirectUri,
      scopes: requestedScopes(client, parameters),
      state,
      nonce: parameters.get('nonce') ?? undefined,
      codeChallenge: parameters.get('code_challenge') ?? undefined,
      audience: bindsResources(pool) ? resource : undefined,
      prompt: parameters.get('prompt') ?? undefined,
    },
  };
}

function errorOf(client: AppClientConfig, parameters: URLSearchParams): string | undefined {
  const type = parameters.get('response_type');
  if (type !== 'code' && type !== 'token') return 'invalid_request';
  // The implicit grant is not mimicked: no client here may use it.
  if (type === 'token' || !client.flows.includes('code')) return 'unauthorized_client';
  if (!challengeAcceptable(parameters.get('code_challenge'), parameters.get('code_challenge_method'))) {
    return 'invalid_request';
  }
  if (!resourcesAcceptable(parameters.getAll('resource'))) return 'invalid_request';
  const scopes = requestedScopes(client, parameters);
  return scopes.every((scope) => client.scopes.includes(scope)) ? undefined : 'invalid_scope';
}

function requestedScopes(client: AppClientConfig, parameters: URLSearchParams): readonly string[] {
  const requested = parameters.get('scope')?.split(' ').filter(Boolean) ?? [];
  return requested.length === 0 ? client.scopes : [...new Set(requested)];
}

/** Absent altogether is fine; present, the method must be there and be S256. */
function challengeAcceptable(challenge: string | null, method: string | null): boolean {
  if (challenge === null && method === null) return true;
  return method === 'S256' && challenge !== null && /^[\w-]{43}$/.test(challenge);
}

/** Any https URL the client likes: Cognito does not ask whether it is one of the pool's resource servers. */
function resourcesAcceptable(resources: readonly string[]): boolean {
  if (resources.length === 0) return true;
  const [resource] = resources;
  if (resources.length > 1 || resource === undefined || !URL.canParse(resource)) return false;
  const url = new URL(resource);
  return (
    !resource.includes('#') && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname)))
  );
}
