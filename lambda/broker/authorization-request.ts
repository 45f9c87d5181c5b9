/**
 * An authorization request, judged (RFC 6749 §4.1.1, RFC 7636, RFC 8707, RFC 9207). Until the redirect URI is
 * proven to be the client's, what is wrong is told to the person and never to that URI.
 */
import { askedScopes } from './asked-scopes';
import type { Client } from './clients/client';
import type { BrokerConfig } from './config';
import type { Parameters } from './parameters';
import { matchesRedirectUri } from './redirect-uri';

export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state?: string;
  readonly codeChallenge: string;
  /** Unqualified, in the order they were declared. */
  readonly scopes: readonly string[];
}

export interface RedirectFault {
  readonly client: Client;
  readonly redirectUri: string;
  readonly state?: string;
  readonly error: string;
  readonly description: string;
}

export type Judged =
  | { readonly kind: 'valid'; readonly request: AuthorizationRequest; readonly client: Client }
  /** Goes back to the client. */
  | { readonly kind: 'redirect'; readonly fault: RedirectFault }
  /** Must not redirect. */
  | { readonly kind: 'page'; readonly reason: PageReason };

export type PageReason = 'parameters' | 'client_unknown' | 'redirect_uri';

const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;
const MAX_STATE = 4_096;

/** The parameters that a consent form brings back, and nothing else. */
export const REQUEST_PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'scope',
  'resource',
] as const;

type Facts = Pick<BrokerConfig, 'resource' | 'scopePrefix' | 'scopes' | 'initialScopes'>;

export function judge(parameters: Parameters, client: Client | undefined, facts: Facts): Judged {
  if (client === undefined) return { kind: 'page', reason: 'client_unknown' };
  const redirectUri = parameters.get('redirect_uri');
  if (redirectUri === undefined || !matchesRedirectUri(redirectUri, client.redirectUris)) {
    return { kind: 'page', reason: 'redirect_uri' };
  }
  const state = parameters.get('state');
  const fault = (error: string, description: string): Judged => ({
    kind: 'redirect',
    fault: {
      client,
      redirectUri,
      state: state !== undefined && state.length <= MAX_STATE ? state : undefined,
      error,
      description,
    },
  });

  if (state !== undefined && state.length > MAX_STATE) return fault('invalid_request', 'state is too long');
  if (parameters.has('request')) return fault('request_not_supported', 'request objects are not supported');
  if (parameters.has('request_uri')) return fault('request_uri_not_supported', 'request objects are not supported');
  if (parameters.get('response_type') !== 'code')
    return fault('unsupported_response_type', 'response_type must be code');
  if ((parameters.get('response_mode') ?? 'query') !== 'query') {
    return fault('invalid_request', 'response_mode must be query');
  }
  const codeChallenge = parameters.get('code_challenge');
  if (
    parameters.get('code_challenge_method') !== 'S256' ||
    codeChallenge === undefined ||
    !S256_CHALLENGE.test(codeChallenge)
  ) {
    return fault('invalid_request', 'PKCE with code_challenge_method=S256 is required');
  }
  if ((parameters.get('resource') ?? facts.resource) !== facts.resource) {
    return fault('invalid_target', `resource must be ${facts.resource}`);
  }
  const scopes = requestedScopes(parameters.get('scope'), facts);
  if (scopes.length === 0) return fault('invalid_scope', 'none of the requested scopes is one of this server');
  if (parameters.get('prompt') === 'none') return fault('consent_required', 'this server asks for consent');
  return { kind: 'valid', client, request: { clientId: client.id, redirectUri, state, codeChallenge, scopes } };
}

/** Foreign scopes are dropped (RFC 6749 §3.3); a request that names none gets the initial ones. */
export function requestedScopes(scope: string | undefined, facts: Omit<Facts, 'resource'>): string[] {
  const asked = new Set(askedScopes(scope));
  if (asked.size === 0) return [...facts.initialScopes];
  return [...facts.scopes.keys()].filter((name) => asked.has(`${facts.scopePrefix}${name}`));
}
