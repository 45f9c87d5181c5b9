/** The public discovery documents, from configuration alone. Only what is true is advertised. */
import { BrokerRoute } from '../../lib/private/contract';
import { type BrokerConfig, wireScopes } from './config';

/** Protected resource metadata (RFC 9728 §2). The initial scopes are what a client asks for by default. */
export function protectedResourceMetadata(
  config: Pick<BrokerConfig, 'resource' | 'resourceName' | 'issuer' | 'scopePrefix' | 'initialScopes'>,
): object {
  return {
    resource: config.resource,
    resource_name: config.resourceName,
    authorization_servers: [config.issuer],
    scopes_supported: wireScopes(config, config.initialScopes),
    bearer_methods_supported: ['header'],
  };
}

/** Authorization server metadata (RFC 8414 §2): the broker's own endpoints, at the issuer's own address. */
export function authorizationServerMetadata(config: BrokerConfig): object {
  const at = (route: string) => `${config.issuer}${route.split(' ')[1]}`;
  const methods = ['none', 'client_secret_basic', 'client_secret_post'];
  if (config.clients.metadataDocuments) methods.push('private_key_jwt');
  const algorithms = config.clients.metadataDocuments && {
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  };
  return {
    issuer: config.issuer,
    authorization_endpoint: at(BrokerRoute.authorize),
    token_endpoint: at(BrokerRoute.token),
    revocation_endpoint: at(BrokerRoute.revoke),
    ...(config.clients.dynamic && { registration_endpoint: at(BrokerRoute.register) }),
    ...(config.clients.metadataDocuments && { client_id_metadata_document_supported: true }),
    scopes_supported: wireScopes(config, config.scopes.keys()),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: methods,
    ...algorithms,
    revocation_endpoint_auth_methods_supported: methods,
    ...(config.branding.supportUrl?.startsWith('https:') && { service_documentation: config.branding.supportUrl }),
  };
}

/** Signatures accepted on a client assertion (RFC 7523). */
export const ASSERTION_ALGORITHMS = ['ES256', 'RS256', 'EdDSA'];
