import { authenticateClient } from './client-authentication';
import type { Pool } from './pool';
import { oauthError } from './responses';
import { formOf } from './token-endpoint';

/**
 * `POST /oauth2/revoke`: takes refresh tokens only. Access tokens of the session stop working at Cognito's own
 * endpoints; a server that checks signatures offline cannot see it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html
 */
export async function revokeEndpoint(pool: Pool, request: Request): Promise<Response> {
  const form = await formOf(request);
  const token = form?.get('token');
  if (!form || !token) return oauthError('invalid_request');
  const client = authenticateClient(pool, request, form);
  if (!client) return oauthError('invalid_client');
  if (looksLikeJwt(token)) return oauthError('unsupported_token_type');
  const session = pool.store.refreshTokens.get(token);
  // An unknown token is no error (RFC 7009 §2.2); one of another client is.
  if (session && session.clientId !== client.clientId) return oauthError('invalid_request');
  if (session) pool.store.revoked.add(session.originJti);
  pool.store.refreshTokens.remove(token);
  return new Response(null, { status: 200 });
}

function looksLikeJwt(token: string): boolean {
  return token.split('.').length === 3;
}
