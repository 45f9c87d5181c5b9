/** SDK v1 behind its own bearer middleware for Express. */
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { expressFetch } from './express-v1.mjs';
import { SCOPE, verifyAccessToken } from './verify.mjs';

export const era = 'legacy';

export function start(tools) {
  return expressFetch(tools, requireBearerAuth({ verifier: { verifyAccessToken }, requiredScopes: [SCOPE] }));
}
