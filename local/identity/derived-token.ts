import { randomUUID } from 'node:crypto';
import { jwtVerify } from 'jose';
import { accessTokenClaims } from './claims';
import type { AppClientConfig } from './config';
import { clientOf, enabledUser, type Pool, secondsOf } from './pool';
import { json } from './responses';
import { sign } from './tokens';

/**
 * `GetDerivedToken`: from an access token of this pool's, one for another audience, with scopes that were asked for, that
 * the token has and that the client may have. Without an actor token, as impersonation.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDerivedToken.html
 */
export async function getDerivedToken(pools: readonly Pool[], request: Request): Promise<Response> {
  const input = (await request.json()) as Record<string, unknown>;
  const pool = pools.find(({ config }) => clientOf(config, String(input.ClientId)));
  const client = pool && clientOf(pool.config, String(input.ClientId));
  if (!pool || !client) return failure('ResourceNotFoundException');
  if (!authenticated(request, client, input)) return failure('NotAuthorizedException');
  if (!client.tokenExchange) return failure('OperationNotEnabledException');
  const { audience, problem } = audienceOf(input);
  if (problem !== undefined || input.SubjectTokenType !== 'ACCESS_TOKEN') return failure('InvalidParameterException');
  const subject = await verified(pool, String(input.SubjectToken));
  if (!subject) return failure('NotAuthorizedException');
  const user = enabledUser(pool, String(subject.username));
  if (!user) return failure('UserNotFoundException');
  const held = String(subject.scope).split(' ');
  const asked = strings(input.Scopes) ?? held;
  const scopes = asked.filter((scope) => held.includes(scope) && client.scopes.includes(scope));
  const session = {
    clientId: client.clientId,
    username: user.username,
    scopes,
    audience,
    authTime: Number(subject.auth_time),
    originJti: String(subject.origin_jti),
    eventId: randomUUID(),
  };
  const claims = accessTokenClaims(pool.config.issuer, client, user, session, secondsOf(pool));
  return json(200, {
    IssuedToken: await sign(pool.keys.access, claims),
    IssuedTokenType: 'ACCESS_TOKEN',
    TokenType: 'Bearer',
    ExpiresIn: client.accessTokenSeconds,
    Scopes: scopes,
  });
}

/** Signed with credentials of the account, or with the client's secret; what was signed is not looked at. */
function authenticated(request: Request, client: AppClientConfig, { ClientSecret }: Record<string, unknown>): boolean {
  if (ClientSecret !== undefined) return ClientSecret === client.clientSecret;
  const signed = request.headers.get('authorization')?.startsWith('AWS4-HMAC-SHA256 ') ?? false;
  return signed || client.clientSecret === undefined;
}

/** `Audiences` or `Resources`, one of them, with one entry. */
function audienceOf({ Audiences, Resources }: Record<string, unknown>): { audience?: string; problem?: string } {
  const named = [...(strings(Audiences) ?? []), ...(strings(Resources) ?? [])];
  const [audience] = named;
  return named.length === 1 ? { audience } : { problem: 'one audience or resource' };
}

async function verified(pool: Pool, token: string): Promise<Record<string, unknown> | undefined> {
  const options = { issuer: pool.config.issuer, algorithms: ['RS256'], currentDate: new Date(pool.now()) };
  return jwtVerify(token, pool.keys.access.publicJwk, options).then(
    ({ payload }) => payload,
    () => undefined,
  );
}

function strings(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.map(String) : undefined;
}

function failure(type: string): Response {
  return json(400, { __type: type, message: `${type} of the local user pool` });
}
