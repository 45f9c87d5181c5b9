import type { PoolConfig } from './config';
import type { PoolKeys } from './keys';

/** The OpenID configuration as Cognito publishes it; it says nothing of PKCE or of `iss` in responses. */
export function discoveryDocument(pool: PoolConfig): Record<string, unknown> {
  const origin = pool.domain ? domainOrigin(pool.domain.port) : pool.issuer;
  return {
    authorization_endpoint: `${origin}/oauth2/authorize`,
    end_session_endpoint: `${origin}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: pool.issuer,
    jwks_uri: `${pool.issuer}/.well-known/jwks.json`,
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${origin}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${origin}/oauth2/token`,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    userinfo_endpoint: `${origin}/oauth2/userInfo`,
  };
}

export function keySet(keys: PoolKeys): Record<string, unknown> {
  return { keys: [keys.id.publicJwk, keys.access.publicJwk] };
}

export function domainOrigin(port: number): string {
  return `http://localhost:${port}`;
}
