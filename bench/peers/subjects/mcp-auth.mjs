/** mcp-auth in resource server mode, in front of SDK v1 on Express. */
import { MCPAuth } from 'mcp-auth';
import { expressFetch } from './express-v1.mjs';
import { ISSUER, RESOURCE, SCOPE } from './verify.mjs';

export const era = 'legacy';

export function start(tools) {
  const server = {
    type: 'oauth',
    metadata: {
      issuer: ISSUER,
      authorizationEndpoint: `${ISSUER}/authorize`,
      tokenEndpoint: `${ISSUER}/token`,
      jwksUri: process.env.MCP_JWKS_URI,
      responseTypesSupported: ['code'],
      grantTypesSupported: ['authorization_code'],
      codeChallengeMethodsSupported: ['S256'],
    },
  };
  const auth = new MCPAuth({
    protectedResources: { metadata: { resource: RESOURCE, authorizationServers: [server], scopesSupported: [SCOPE] } },
  });
  return expressFetch(
    tools,
    auth.bearerAuth('jwt', { resource: RESOURCE, audience: RESOURCE, requiredScopes: [SCOPE] }),
  );
}
