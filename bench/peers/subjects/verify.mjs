/** An access token verified as each peer's documentation has it done: jose, keys fetched once. */
import { createRemoteJWKSet, jwtVerify } from 'jose';

const { MCP_RESOURCE: resource, MCP_TOKEN_ISSUER: issuer, MCP_JWKS_URI: jwksUri } = process.env;
const keys = createRemoteJWKSet(new URL(jwksUri));

export const RESOURCE = resource;
export const ISSUER = issuer;
export const SCOPE = `${resource}/bench:call`;

/** What the SDK wants to know of a token. */
export async function verifyAccessToken(token) {
  const { payload } = await jwtVerify(token, keys, { issuer, audience: resource });
  return {
    token,
    clientId: payload.client_id,
    scopes: payload.scope.split(' '),
    expiresAt: payload.exp,
    resource: new URL(resource),
  };
}
