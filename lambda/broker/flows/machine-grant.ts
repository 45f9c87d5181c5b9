/**
 * client_credentials: forwarded to Cognito for the machine clients of this server, so that they find their token
 * endpoint by discovery like everybody else. No other client id is passed on.
 */
import { askedScopes } from '../asked-scopes';
import { wireScopes } from '../config';
import { json, type Reply } from '../http';
import { type BrokerLog, faultText } from '../log';
import type { Parameters } from '../parameters';
import type { Services } from '../services';
import { saysNothing } from '../upstream';
import type { Credentials } from './client-authentication';
import { type TokenError, tokenError } from './token-error';

const TIMEOUT_MS = 6_000;
const FORWARDED_ERRORS: ReadonlySet<string> = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_scope',
  'unauthorized_client',
]);

export async function machineToken(
  credentials: Credentials | undefined,
  form: Parameters,
  { config }: Services,
  log: BrokerLog,
): Promise<Reply> {
  if (credentials?.secret === undefined || !config.machineClients.has(credentials.id)) {
    log('token_refused', { reason: 'machine_client' });
    return tokenError('invalid_client', 'unknown machine client, or its secret is missing');
  }
  if ((form.get('resource') ?? config.resource) !== config.resource) {
    return tokenError('invalid_target', `resource must be ${config.resource}`);
  }
  const asked = askedScopes(form.get('scope'));
  const own = new Set(wireScopes(config, config.scopes.keys()));
  const scopes = asked.filter((scope) => own.has(scope));
  if (asked.length > 0 && scopes.length === 0) {
    return tokenError('invalid_scope', 'none of the requested scopes is one of this server');
  }
  const { id, secret } = credentials;
  let response: Response;
  let answer: Record<string, unknown>;
  try {
    response = await fetch(config.upstream.token, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`,
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      }).toString(),
    });
    answer = (await response.json()) as Record<string, unknown>;
    if (saysNothing(response.status)) throw new Error(`the provider answered ${response.status}`);
  } catch (fault) {
    log('provider_unavailable', { client: id, fault: faultText(fault) });
    return tokenError('temporarily_unavailable', 'the provider is not available right now; try again');
  }
  if (!response.ok || typeof answer.access_token !== 'string') {
    const error = FORWARDED_ERRORS.has(String(answer.error)) ? (answer.error as TokenError) : 'invalid_request';
    log('token_refused', { client: id, reason: `provider_${error}` });
    return tokenError(error, 'the provider refused the request');
  }
  log('machine_token', { client: id });
  return json(200, {
    access_token: answer.access_token,
    token_type: 'Bearer',
    expires_in: typeof answer.expires_in === 'number' ? answer.expires_in : undefined,
    scope: scopesOf(answer.access_token, own) ?? (scopes.length > 0 ? scopes.join(' ') : undefined),
  });
}

/** Cognito does not repeat the scopes in its answer; the token has them. */
function scopesOf(accessToken: string, own: ReadonlySet<string>): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const held = String(claims.scope ?? '')
      .split(' ')
      .filter((scope) => own.has(scope));
    return held.length > 0 ? held.join(' ') : undefined;
  } catch {
    return undefined;
  }
}
