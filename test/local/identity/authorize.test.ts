import { decideAuthorization } from '../../../local/identity/authorize';
import type { PoolConfig } from '../../../local/identity/config';
import { app, authorizeQuery, CALLBACK, disabledApp, machine, pkce, poolConfig, READ, RESOURCE } from './fixture';

function decide(change: Record<string, string | undefined>, pool: PoolConfig = poolConfig) {
  return decideAuthorization(pool, new URLSearchParams(authorizeQuery(change)));
}

function errorOf(change: Record<string, string | undefined>): string | null {
  const decision = decide(change);
  if (decision.kind !== 'rejected') throw new Error(`not rejected but ${decision.kind}`);
  const url = new URL(decision.location);
  expect(url.href.startsWith(CALLBACK)).toBe(true);
  expect(url.searchParams.get('state')).toBe('state-1');
  expect(url.searchParams.has('iss')).toBe(false);
  return url.searchParams.get('error');
}

function accepted(change: Record<string, string | undefined>, pool?: PoolConfig) {
  const decision = decide(change, pool);
  if (decision.kind !== 'accepted') throw new Error(`not accepted but ${JSON.stringify(decision)}`);
  return decision.request;
}

test('accepts a registered redirect URI', () => {
  expect(accepted({}).redirectUri).toBe(CALLBACK);
});

test.each([
  'http://localhost:6275/callback',
  'http://127.0.0.1:6274/callback',
  `${CALLBACK}/`,
  `${CALLBACK}?x=1`,
  'https://evil.example/callback',
])('refuses redirect URI %s, which is not registered exactly so, without redirecting', (redirect_uri) => {
  expect(decide({ redirect_uri })).toEqual({ kind: 'refused', error: 'redirect_mismatch' });
});

test('refuses a request without redirect URI', () => {
  expect(decide({ redirect_uri: undefined })).toEqual({ kind: 'refused', error: 'redirect_mismatch' });
});

test('refuses an unknown client without redirecting', () => {
  expect(decide({ client_id: 'nobody' })).toEqual({ kind: 'refused', error: 'client_not_found' });
});

test('accepts S256 and, since PKCE is optional at Cognito, no challenge', () => {
  const { challenge } = pkce();
  expect(accepted({ code_challenge: challenge, code_challenge_method: 'S256' }).codeChallenge).toBe(challenge);
  expect(accepted({}).codeChallenge).toBeUndefined();
});

test.each([
  ['plain', pkce().challenge],
  ['s256', pkce().challenge],
  [undefined, pkce().challenge],
  ['S256', undefined],
  ['S256', 'short'],
])('refuses challenge method %s with challenge %s', (code_challenge_method, code_challenge) => {
  expect(errorOf({ code_challenge_method, code_challenge })).toBe('invalid_request');
});

test('restricts scopes to those the client may have', () => {
  expect(accepted({ scope: `openid ${READ}` }).scopes).toEqual(['openid', READ]);
  expect(errorOf({ scope: `${READ} ${RESOURCE}/notes:everything` })).toBe('invalid_scope');
  expect(errorOf({ scope: 'email' })).toBe('invalid_scope');
});

test('gives all scopes of the client when none is asked for', () => {
  expect(accepted({}).scopes).toEqual(app.scopes);
});

test('refuses a client without the code flow, or without any', () => {
  const machineWithCallback = { ...machine, callbackUrls: [CALLBACK] };
  const pool = { ...poolConfig, clients: [machineWithCallback] };
  expect(decide({ client_id: machine.clientId, scope: READ }, pool)).toMatchObject({
    kind: 'rejected',
    location: expect.stringContaining('error=unauthorized_client'),
  });
  expect(errorOf({ client_id: disabledApp.clientId })).toBe('unauthorized_client');
});

test('refuses the implicit grant and unknown response types', () => {
  expect(errorOf({ response_type: 'token' })).toBe('unauthorized_client');
  expect(errorOf({ response_type: 'id_token' })).toBe('invalid_request');
  expect(errorOf({ response_type: undefined })).toBe('invalid_request');
});

test.each([RESOURCE, 'https://notes.example/mcp', 'http://127.0.0.1:9/other'])('binds resource %s', (resource) => {
  expect(accepted({ resource }).audience).toBe(resource);
});

test.each(['http://notes.example/mcp', 'notes', 'https://notes.example/mcp#part', 'ftp://notes.example/'])(
  'refuses resource %s',
  (resource) => {
    expect(errorOf({ resource })).toBe('invalid_request');
  },
);

test('refuses two resources in one request', () => {
  const query = `${authorizeQuery({ resource: RESOURCE })}&resource=https%3A%2F%2Fother.example%2F`;
  expect(decideAuthorization(poolConfig, new URLSearchParams(query))).toMatchObject({ kind: 'rejected' });
});

test('binds no resource on the Lite plan or the classic hosted UI', () => {
  expect(accepted({ resource: RESOURCE }, { ...poolConfig, featurePlan: 'LITE' }).audience).toBeUndefined();
  const classic: PoolConfig = { ...poolConfig, domain: { port: 3002, managedLoginVersion: 1 } };
  expect(accepted({ resource: RESOURCE }, classic).audience).toBeUndefined();
  expect(accepted({ resource: RESOURCE }, { ...poolConfig, featurePlan: 'PLUS' }).audience).toBe(RESOURCE);
});

test('ignores identity_provider: the local pool has its own users alone', () => {
  expect(accepted({ identity_provider: 'Google', idp_identifier: 'x' }).redirectUri).toBe(CALLBACK);
});

test('keeps the query of a redirect URI in an error response', () => {
  const decision = decide({ redirect_uri: 'http://127.0.0.1:6276/oauth/callback?kept=1', scope: 'email' });
  expect(decision).toMatchObject({
    kind: 'rejected',
    location: expect.stringContaining('?kept=1&error=invalid_scope'),
  });
});
