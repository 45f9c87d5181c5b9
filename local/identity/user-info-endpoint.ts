import { jwtVerify } from 'jose';
import { enabledUser, type Pool } from './pool';
import { json } from './responses';

/** `GET /oauth2/userInfo`. https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html */
export async function userInfoEndpoint(pool: Pool, request: Request): Promise<Response> {
  const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (token === undefined) return refusal(400, 'invalid_request');
  const claims = await verified(pool, token);
  const user = claims && enabledUser(pool, String(claims.username));
  if (!user || pool.store.revoked.has(String(claims.origin_jti))) return refusal(401, 'invalid_token');
  const scopes = String(claims.scope).split(' ');
  if (!scopes.includes('openid')) return refusal(401, 'invalid_token');
  return json(200, {
    sub: user.sub,
    username: user.username,
    ...(user.email === undefined ? {} : { email: user.email, email_verified: 'true' }),
  });
}

async function verified(pool: Pool, token: string): Promise<Record<string, unknown> | undefined> {
  const options = { issuer: pool.config.issuer, algorithms: ['RS256'], currentDate: new Date(pool.now()) };
  return jwtVerify(token, pool.keys.access.publicJwk, options).then(
    ({ payload }) => payload,
    () => undefined,
  );
}

function refusal(status: number, error: string): Response {
  return json(status, { error }, { 'www-authenticate': `Bearer error="${error}"` });
}
