import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { accessTokenClaims, idTokenClaims, machineTokenClaims } from './claims';
import type { AppClientConfig } from './config';
import type { SigningKey } from './keys';
import { type Pool, secondsOf } from './pool';
import type { Session, User } from './store';

export interface TokenResponse {
  readonly id_token?: string;
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly expires_in: number;
  readonly token_type: 'Bearer';
}

/** The access token of a session, and its ID token where `openid` was granted. */
export async function userTokens(
  pool: Pool,
  client: AppClientConfig,
  user: User,
  session: Session,
): Promise<TokenResponse> {
  const now = secondsOf(pool);
  const { issuer } = pool.config;
  const accessToken = await sign(pool.keys.access, accessTokenClaims(issuer, client, user, session, now));
  const idToken = session.scopes.includes('openid')
    ? await sign(pool.keys.id, idTokenClaims(issuer, client, user, session, halfHash(accessToken), now))
    : undefined;
  return {
    ...(idToken === undefined ? {} : { id_token: idToken }),
    access_token: accessToken,
    expires_in: client.accessTokenSeconds,
    token_type: 'Bearer',
  };
}

export async function machineTokens(
  pool: Pool,
  client: AppClientConfig,
  scopes: readonly string[],
): Promise<TokenResponse> {
  const claims = machineTokenClaims(pool.config.issuer, client, scopes, secondsOf(pool));
  return {
    access_token: await sign(pool.keys.access, claims),
    expires_in: client.accessTokenSeconds,
    token_type: 'Bearer',
  };
}

/** A compact JWS whose header is what Cognito's is: `kid` and `alg`, no `typ`. */
export function sign(
  key: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ kid: key.kid, alg: 'RS256', ...header }).sign(key.privateKey);
}

/** `at_hash` of OpenID Connect Core §3.1.3.6. */
function halfHash(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');
}
