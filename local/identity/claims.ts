import { randomUUID } from 'node:crypto';
import type { AppClientConfig } from './config';
import type { Session, User } from './store';

/** Seconds since 1970, as tokens count. */
export type Seconds = number;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
export function accessTokenClaims(
  issuer: string,
  client: AppClientConfig,
  user: User,
  session: Session,
  now: Seconds,
): Record<string, unknown> {
  return {
    sub: user.sub,
    ...groupsOf(user),
    iss: issuer,
    version: 2,
    client_id: client.clientId,
    ...(session.audience === undefined ? {} : { aud: session.audience }),
    origin_jti: session.originJti,
    event_id: session.eventId,
    token_use: 'access',
    scope: session.scopes.join(' '),
    auth_time: session.authTime,
    exp: now + client.accessTokenSeconds,
    iat: now,
    jti: randomUUID(),
    username: user.username,
  };
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html */
export function idTokenClaims(
  issuer: string,
  client: AppClientConfig,
  user: User,
  session: Session,
  accessTokenHash: string,
  now: Seconds,
): Record<string, unknown> {
  return {
    at_hash: accessTokenHash,
    sub: user.sub,
    ...groupsOf(user),
    ...(user.email === undefined ? {} : { email: user.email, email_verified: true }),
    iss: issuer,
    'cognito:username': user.username,
    ...(session.nonce === undefined ? {} : { nonce: session.nonce }),
    origin_jti: session.originJti,
    aud: client.clientId,
    event_id: session.eventId,
    token_use: 'id',
    auth_time: session.authTime,
    exp: now + client.idTokenSeconds,
    iat: now,
    jti: randomUUID(),
  };
}

/** A client_credentials token: nobody signed in, so no user, no groups, no session, and no `aud`. */
export function machineTokenClaims(
  issuer: string,
  client: AppClientConfig,
  scopes: readonly string[],
  now: Seconds,
): Record<string, unknown> {
  return {
    sub: client.clientId,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: now,
    iss: issuer,
    exp: now + client.accessTokenSeconds,
    iat: now,
    version: 2,
    jti: randomUUID(),
    client_id: client.clientId,
  };
}

function groupsOf(user: User): Record<string, unknown> {
  return user.groups.length === 0 ? {} : { 'cognito:groups': user.groups };
}
