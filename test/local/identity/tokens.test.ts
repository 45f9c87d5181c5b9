import { createHash } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { keySet } from '../../../local/identity/discovery';
import { changeUser } from '../../../local/identity/pool';
import {
  app,
  basic,
  CALLBACK,
  claimsOf,
  disabledApp,
  machine,
  otherApp,
  pkce,
  poolConfig,
  READ,
  RESOURCE,
  TestPool,
  WRITE,
} from './fixture';

async function errorOf(response: Response): Promise<unknown> {
  expect(response.status).toBe(400);
  expect(response.headers.get('cache-control')).toContain('no-store');
  return response.json();
}

describe('authorization code', () => {
  test('becomes an access token with the claims of a Cognito user session', async () => {
    const pool = await TestPool.create();
    const tokens = await pool.tokens('ada', { scope: `openid ${READ}`, resource: RESOURCE, nonce: 'n-1' });
    const now = Math.floor(pool.milliseconds / 1000);
    expect(tokens).toMatchObject({ token_type: 'Bearer', expires_in: 900, refresh_token: expect.any(String) });
    expect(decodeProtectedHeader(tokens.access_token ?? '')).toEqual({ kid: pool.pool.keys.access.kid, alg: 'RS256' });
    expect(claimsOf(tokens.access_token)).toEqual({
      sub: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'cognito:groups': ['admins'],
      iss: poolConfig.issuer,
      version: 2,
      client_id: app.clientId,
      aud: RESOURCE,
      origin_jti: expect.any(String),
      event_id: expect.any(String),
      token_use: 'access',
      scope: `openid ${READ}`,
      auth_time: now,
      exp: now + 900,
      iat: now,
      jti: expect.any(String),
      username: 'ada',
    });
  });

  test('becomes an ID token too where openid was granted, signed with the other key', async () => {
    const pool = await TestPool.create();
    const tokens = await pool.tokens('ada', { scope: `openid ${READ}`, resource: RESOURCE, nonce: 'n-1' });
    const hash = createHash('sha256')
      .update(tokens.access_token ?? '')
      .digest();
    expect(decodeProtectedHeader(tokens.id_token ?? '').kid).toBe(pool.pool.keys.id.kid);
    expect(claimsOf(tokens.id_token)).toMatchObject({
      aud: app.clientId,
      token_use: 'id',
      'cognito:username': 'ada',
      'cognito:groups': ['admins'],
      email: 'ada@example.com',
      nonce: 'n-1',
      at_hash: hash.subarray(0, 16).toString('base64url'),
      origin_jti: claimsOf(tokens.access_token).origin_jti,
    });
  });

  test('brings no ID token without openid', async () => {
    const pool = await TestPool.create();
    expect(await pool.tokens('ada', { scope: READ })).not.toHaveProperty('id_token');
  });

  test('leaves out groups and aud where there are none', async () => {
    const pool = await TestPool.create();
    const claims = claimsOf((await pool.tokens('ben', { scope: READ })).access_token);
    expect(claims).not.toHaveProperty('cognito:groups');
    expect(claims).not.toHaveProperty('aud');
  });

  test('verifies with the published keys', async () => {
    const pool = await TestPool.create();
    const { access_token } = await pool.tokens('ada');
    const { keys } = keySet(pool.pool.keys) as { keys: { kid: string }[] };
    const key = keys.find(({ kid }) => kid === decodeProtectedHeader(access_token ?? '').kid);
    await expect(jwtVerify(access_token ?? '', key ?? {})).resolves.toBeDefined();
  });

  test('works once', async () => {
    const pool = await TestPool.create();
    const code = await pool.code();
    expect((await pool.redeem(code)).status).toBe(200);
    expect(await errorOf(await pool.redeem(code))).toEqual({ error: 'invalid_grant' });
  });

  test('works for five minutes', async () => {
    const pool = await TestPool.create();
    const [fresh, stale] = [await pool.code(), await pool.code()];
    pool.pass(299);
    expect((await pool.redeem(fresh)).status).toBe(200);
    pool.pass(1);
    expect(await errorOf(await pool.redeem(stale))).toEqual({ error: 'invalid_grant' });
  });

  test('refuses a missing, wrong or unexpected PKCE verifier', async () => {
    const pool = await TestPool.create();
    const { challenge } = pkce();
    const bound = { code_challenge: challenge, code_challenge_method: 'S256' };
    const invalid = { error: 'invalid_grant' };
    expect(await errorOf(await pool.redeem(await pool.code(bound)))).toEqual(invalid);
    const wrong = { code_verifier: pkce().verifier };
    expect(await errorOf(await pool.redeem(await pool.code(bound), wrong))).toEqual(invalid);
    expect(await errorOf(await pool.redeem(await pool.code(), wrong))).toEqual(invalid);
  });

  test('refuses another redirect URI, another client and an unknown code', async () => {
    const pool = await TestPool.create();
    const invalid = { error: 'invalid_grant' };
    expect(await errorOf(await pool.redeem(await pool.code(), { redirect_uri: `${CALLBACK}/` }))).toEqual(invalid);
    const other = { client_id: otherApp.clientId, client_secret: 'other-secret' };
    expect(await errorOf(await pool.redeem(await pool.code(), other))).toEqual(invalid);
    expect(await errorOf(await pool.redeem('unknown'))).toEqual(invalid);
  });

  test('refuses a user disabled since', async () => {
    const pool = await TestPool.create();
    const code = await pool.code();
    changeUser(pool.pool, 'ada', { enabled: false });
    expect(await errorOf(await pool.redeem(code))).toEqual({ error: 'invalid_grant' });
  });

  test('carries no aud on the Lite plan', async () => {
    const pool = await TestPool.create({ featurePlan: 'LITE' });
    expect(claimsOf((await pool.tokens('ada', { resource: RESOURCE })).access_token)).not.toHaveProperty('aud');
  });
});

describe('refresh token', () => {
  function refresh(pool: TestPool, refresh_token = '', change: Record<string, string> = {}): Promise<Response> {
    return pool.post('/oauth2/token', {
      grant_type: 'refresh_token',
      client_id: app.clientId,
      refresh_token,
      ...change,
    });
  }

  test('brings new tokens of the same session: aud and scopes survive, the refresh token stays', async () => {
    const pool = await TestPool.create();
    const first = await pool.tokens('ada', { scope: `openid ${READ}`, resource: RESOURCE });
    pool.pass(1000);
    const second = (await (await refresh(pool, first.refresh_token)).json()) as Record<string, string>;
    expect(Object.keys(second).sort()).toEqual(['access_token', 'expires_in', 'id_token', 'token_type']);
    const [before, after] = [claimsOf(first.access_token), claimsOf(second.access_token)];
    const { aud, scope, origin_jti, auth_time } = before;
    expect(after).toMatchObject({ aud, scope, origin_jti, auth_time });
    expect(after.jti).not.toBe(before.jti);
    expect(after.iat).toBe(Number(before.iat) + 1000);
    expect((await refresh(pool, first.refresh_token)).status).toBe(200);
  });

  test('shows groups as they are now', async () => {
    const pool = await TestPool.create();
    const { refresh_token } = await pool.tokens('ada');
    changeUser(pool.pool, 'ada', { groups: [] });
    const tokens = (await (await refresh(pool, refresh_token)).json()) as Record<string, string>;
    expect(claimsOf(tokens.access_token)).not.toHaveProperty('cognito:groups');
  });

  test('is refused when expired, unknown, of another client or of a disabled user', async () => {
    const pool = await TestPool.create();
    const { refresh_token } = await pool.tokens('ada');
    const invalid = { error: 'invalid_grant' };
    expect(await errorOf(await refresh(pool, 'unknown'))).toEqual(invalid);
    const other = { client_id: otherApp.clientId, client_secret: 'other-secret' };
    expect(await errorOf(await refresh(pool, refresh_token, other))).toEqual(invalid);
    changeUser(pool.pool, 'ada', { enabled: false });
    expect(await errorOf(await refresh(pool, refresh_token))).toEqual(invalid);
    changeUser(pool.pool, 'ada', { enabled: true });
    expect((await refresh(pool, refresh_token)).status).toBe(200);
    pool.pass(app.refreshTokenSeconds);
    expect(await errorOf(await refresh(pool, refresh_token))).toEqual(invalid);
  });

  test('is revoked at the revocation endpoint, by its own client alone', async () => {
    const pool = await TestPool.create();
    const tokens = await pool.tokens('ada');
    const token = tokens.refresh_token ?? '';
    const other = { token, client_id: otherApp.clientId };
    expect(await errorOf(await pool.post('/oauth2/revoke', other))).toEqual({ error: 'invalid_client' });
    expect((await pool.post('/oauth2/revoke', { token }, basic(otherApp))).status).toBe(400);
    expect((await refresh(pool, token)).status).toBe(200);
    const bearer = { authorization: `Bearer ${tokens.access_token}` };
    expect((await pool.get('/oauth2/userInfo', bearer)).status).toBe(200);
    expect((await pool.post('/oauth2/revoke', { token, client_id: app.clientId })).status).toBe(200);
    expect(await errorOf(await refresh(pool, token))).toEqual({ error: 'invalid_grant' });
    expect((await pool.get('/oauth2/userInfo', bearer)).status).toBe(401);
  });

  test('is the only token the revocation endpoint takes; an unknown one is no error', async () => {
    const pool = await TestPool.create();
    const { access_token = '' } = await pool.tokens('ada');
    const revoke = (token: string) => pool.post('/oauth2/revoke', { token, client_id: app.clientId });
    expect(await errorOf(await revoke(access_token))).toEqual({ error: 'unsupported_token_type' });
    expect((await revoke('unknown')).status).toBe(200);
  });
});

describe('client credentials', () => {
  function machineToken(
    pool: TestPool,
    form: Record<string, string> = {},
    headers = basic(machine),
  ): Promise<Response> {
    return pool.post('/oauth2/token', { grant_type: 'client_credentials', ...form }, headers);
  }

  test('bring a token without aud, user or groups, with all scopes of the client', async () => {
    const pool = await TestPool.create();
    const now = Math.floor(pool.milliseconds / 1000);
    const response = await machineToken(pool, { resource: RESOURCE });
    const tokens = (await response.json()) as Record<string, string>;
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect(claimsOf(tokens.access_token)).toEqual({
      sub: machine.clientId,
      token_use: 'access',
      scope: `${READ} ${WRITE}`,
      auth_time: now,
      iss: poolConfig.issuer,
      exp: now + 900,
      iat: now,
      version: 2,
      jti: expect.any(String),
      client_id: machine.clientId,
    });
  });

  test('take the secret in the body too', async () => {
    const pool = await TestPool.create();
    const form = { client_id: machine.clientId, client_secret: 'machine-secret' };
    expect((await machineToken(pool, form, {})).status).toBe(200);
  });

  test('drop scopes the client may not have, and fail when none is left', async () => {
    const pool = await TestPool.create();
    const tokens = (await (await machineToken(pool, { scope: `openid ${READ}` })).json()) as Record<string, string>;
    expect(claimsOf(tokens.access_token).scope).toBe(READ);
    expect(await errorOf(await machineToken(pool, { scope: 'openid' }))).toEqual({ error: 'invalid_scope' });
  });

  test.each([
    ['a wrong secret', basic({ ...machine, clientSecret: 'wrong' }), {}],
    ['no secret', {}, { client_id: machine.clientId }],
    ['an unknown client', basic({ clientId: 'nobody', clientSecret: 'x' }), {}],
    [
      'a malformed header',
      { authorization: 'Basic ???' },
      { client_id: machine.clientId, client_secret: 'machine-secret' },
    ],
    ['two different clients', basic(machine), { client_id: app.clientId }],
    ['a secret for a public client', {}, { client_id: app.clientId, client_secret: 'x' }],
    ['nothing at all', {}, {}],
  ])('refuse %s with 400 invalid_client', async (_, headers: Record<string, string>, form: Record<string, string>) => {
    const pool = await TestPool.create();
    expect(await errorOf(await machineToken(pool, form, headers))).toEqual({ error: 'invalid_client' });
  });

  test('are refused for a client without that flow, as codes are for a machine client', async () => {
    const pool = await TestPool.create();
    const unauthorized = { error: 'unauthorized_client' };
    expect(await errorOf(await machineToken(pool, {}, basic(otherApp)))).toEqual(unauthorized);
    const code = { grant_type: 'authorization_code', code: 'x', redirect_uri: CALLBACK };
    expect(await errorOf(await pool.post('/oauth2/token', code, basic(machine)))).toEqual(unauthorized);
    const disabled = { ...code, client_id: disabledApp.clientId };
    expect(await errorOf(await pool.post('/oauth2/token', disabled))).toEqual(unauthorized);
  });
});

describe('token endpoint', () => {
  test('refuses other grants, missing parameters, other content types and other methods', async () => {
    const pool = await TestPool.create();
    const token = (form: Record<string, string>) => pool.post('/oauth2/token', form);
    expect(await errorOf(await token({ grant_type: 'password' }))).toEqual({ error: 'unsupported_grant_type' });
    expect(await errorOf(await token({ grant_type: 'constructor' }))).toEqual({ error: 'unsupported_grant_type' });
    expect(await errorOf(await token({}))).toEqual({ error: 'invalid_request' });
    const noCode = { grant_type: 'authorization_code', client_id: app.clientId, redirect_uri: CALLBACK };
    expect(await errorOf(await token(noCode))).toEqual({ error: 'invalid_request' });
    const asJson = await pool.post('/oauth2/token', noCode, { 'content-type': 'application/json' });
    expect(await errorOf(asJson)).toEqual({ error: 'invalid_request' });
    expect((await pool.get('/oauth2/token')).status).toBe(405);
  });
});

describe('userInfo', () => {
  test('answers with the user of an access token that has openid', async () => {
    const pool = await TestPool.create();
    const { access_token } = await pool.tokens('ada', { scope: 'openid' });
    const response = await pool.get('/oauth2/userInfo', { authorization: `Bearer ${access_token}` });
    expect(await response.json()).toEqual({
      sub: claimsOf(access_token).sub,
      username: 'ada',
      email: 'ada@example.com',
      email_verified: 'true',
    });
  });

  test('refuses tokens without openid, machine tokens, ID tokens and expired ones', async () => {
    const pool = await TestPool.create();
    const status = async (token?: string) =>
      (await pool.get('/oauth2/userInfo', { authorization: `Bearer ${token}` })).status;
    expect(await status((await pool.tokens('ada', { scope: READ })).access_token)).toBe(401);
    const grant = await pool.post('/oauth2/token', { grant_type: 'client_credentials' }, basic(machine));
    expect(await status(((await grant.json()) as { access_token: string }).access_token)).toBe(401);
    const tokens = await pool.tokens('ada');
    expect(await status(tokens.id_token)).toBe(401);
    pool.pass(901);
    expect(await status(tokens.access_token)).toBe(401);
  });
});
