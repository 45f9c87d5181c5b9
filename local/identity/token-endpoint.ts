import { createHash } from 'node:crypto';
import { authenticateClient } from './client-authentication';
import type { AppClientConfig } from './config';
import { enabledUser, type Pool } from './pool';
import { json, oauthError } from './responses';
import { machineTokens, userTokens } from './tokens';

type Grant = (pool: Pool, client: AppClientConfig, form: URLSearchParams) => Promise<Response>;

const GRANTS: Readonly<Record<string, Grant>> = {
  authorization_code: redeemCode,
  refresh_token: refresh,
  client_credentials: clientCredentials,
};

/** `POST /oauth2/token`. https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
export async function tokenEndpoint(pool: Pool, request: Request): Promise<Response> {
  const form = await formOf(request);
  const grantType = form?.get('grant_type');
  if (!form || !grantType) return oauthError('invalid_request');
  const grant = Object.hasOwn(GRANTS, grantType) ? GRANTS[grantType] : undefined;
  if (!grant) return oauthError('unsupported_grant_type');
  const client = authenticateClient(pool, request, form);
  if (!client) return oauthError('invalid_client');
  return grant(pool, client, form);
}

async function redeemCode(pool: Pool, client: AppClientConfig, form: URLSearchParams): Promise<Response> {
  if (!client.flows.includes('code')) return oauthError('unauthorized_client');
  const code = form.get('code');
  const redirectUri = form.get('redirect_uri');
  if (!code || !redirectUri) return oauthError('invalid_request');
  // Taken before it is checked: a code is good for one attempt.
  const grant = pool.store.codes.take(code);
  const user = grant && enabledUser(pool, grant.session.username);
  if (!grant || !user) return oauthError('invalid_grant');
  if (grant.session.clientId !== client.clientId || grant.redirectUri !== redirectUri)
    return oauthError('invalid_grant');
  if (!verifierMatches(form.get('code_verifier'), grant.codeChallenge)) return oauthError('invalid_grant');
  const refreshToken = pool.store.refreshTokens.add(grant.session, client.refreshTokenSeconds);
  return json(200, { ...(await userTokens(pool, client, user, grant.session)), refresh_token: refreshToken });
}

/** Rotation is off by default, so the answer carries no new refresh token. Groups are those of now. */
async function refresh(pool: Pool, client: AppClientConfig, form: URLSearchParams): Promise<Response> {
  if (!client.flows.includes('code')) return oauthError('unauthorized_client');
  const handle = form.get('refresh_token');
  if (!handle) return oauthError('invalid_request');
  const session = pool.store.refreshTokens.get(handle);
  const user = session && enabledUser(pool, session.username);
  if (!session || !user || session.clientId !== client.clientId) return oauthError('invalid_grant');
  return json(200, await userTokens(pool, client, user, session));
}

async function clientCredentials(pool: Pool, client: AppClientConfig, form: URLSearchParams): Promise<Response> {
  if (!client.flows.includes('client_credentials')) return oauthError('unauthorized_client');
  const requested = form.get('scope')?.split(' ').filter(Boolean) ?? [];
  // Scopes the client may not have are dropped in silence; an error only when none is left.
  const scopes = requested.length === 0 ? client.scopes : client.scopes.filter((scope) => requested.includes(scope));
  if (scopes.length === 0) return oauthError('invalid_scope');
  return json(200, await machineTokens(pool, client, scopes));
}

function verifierMatches(verifier: string | null, challenge: string | undefined): boolean {
  if (challenge === undefined) return verifier === null;
  return verifier !== null && createHash('sha256').update(verifier).digest('base64url') === challenge;
}

/** The body, if it is a form. */
export async function formOf(request: Request): Promise<URLSearchParams | undefined> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  return type === 'application/x-www-form-urlencoded' ? new URLSearchParams(await request.text()) : undefined;
}
