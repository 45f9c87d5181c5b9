import { beyondRsa } from '../authorization/provider-problems';
import type { EndpointTargets } from '../private/bindings';

/** Why the JWT authorizer of an HTTP API could not verify a provider's tokens, in words. */
export function authorizerProblems({ provider }: EndpointTargets): string[] {
  if (provider === undefined) return [];
  const unverifiable = beyondRsa(provider.algorithms);
  return [
    ...(provider.discovery === 'oauth'
      ? [
          'an HTTP API finds keys by OpenID discovery alone, which McpAuthorization.oauth is without: use ' +
            'McpAuthorization.oidc where the provider has /.well-known/openid-configuration (`npx cdk-mcp check-provider` ' +
            'says so), or an endpoint whose authorizer is not that of an HTTP API',
        ]
      : []),
    ...(unverifiable.length > 0
      ? [
          `an HTTP API verifies RSA signatures alone, not ${unverifiable.join(', ')}: let the provider sign with RS256, ` +
            "and leave `algorithms` at ['RS256']",
        ]
      : []),
  ];
}
