/**
 * The public discovery documents, from configuration alone. Only what is true is advertised: `iss` in
 * responses, client ID metadata documents and registration are not offered yet, so they are not named.
 */
import type { BrokerConfig } from './config';

/** Protected resource metadata (RFC 9728 §2). The initial scopes are what a client asks for by default. */
export function protectedResourceMetadata(config: BrokerConfig): object {
  return {
    resource: config.resource,
    resource_name: config.resourceName,
    authorization_servers: [config.issuer],
    scopes_supported: config.initialScopes,
    bearer_methods_supported: ['header'],
  };
}

/**
 * Authorization server metadata (RFC 8414 §2). The issuer is the endpoint's own origin, so that clients stay
 * where they are when the endpoints behind it change; the endpoints are the user pool's.
 */
export function authorizationServerMetadata(config: BrokerConfig): object {
  return {
    issuer: config.issuer,
    authorization_endpoint: config.authorizationEndpoint,
    token_endpoint: config.tokenEndpoint,
    revocation_endpoint: config.revocationEndpoint,
    scopes_supported: config.scopes,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
    revocation_endpoint_auth_methods_supported: ['none', 'client_secret_basic', 'client_secret_post'],
  };
}
