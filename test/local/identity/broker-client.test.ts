import { app, authorizeQuery, basic, codeOf, locationOf, otherApp, pkce, READ, RESOURCE, TestPool } from './fixture';

/** What a broker is to Cognito: one client with a secret for everybody. */
const broker = { client_id: otherApp.clientId, scope: READ, resource: RESOURCE };

async function redeem(pool: TestPool, headers: Record<string, string>) {
  const { verifier, challenge } = pkce();
  const query = authorizeQuery({ ...broker, code_challenge: challenge, code_challenge_method: 'S256' });
  const code = codeOf(await pool.submitLogin(query, 'ada', 'ada-password'));
  // Without `client_id` in the body: the header alone says who asks.
  const form = { grant_type: 'authorization_code', redirect_uri: app.callbackUrls[0] ?? '', code };
  return pool.post('/oauth2/token', { ...form, code_verifier: verifier }, headers);
}

test('a client with a secret redeems codes, refreshes and revokes with client_secret_basic', async () => {
  const pool = await TestPool.create();
  const response = await redeem(pool, basic(otherApp));
  expect(response.status).toBe(200);
  const { refresh_token: token = '' } = (await response.json()) as { refresh_token?: string };
  const refresh = { grant_type: 'refresh_token', refresh_token: token };
  expect((await pool.post('/oauth2/token', refresh, basic(otherApp))).status).toBe(200);
  expect((await pool.post('/oauth2/revoke', { token }, basic(otherApp))).status).toBe(200);
  const refused = await pool.post('/oauth2/token', refresh, basic(otherApp));
  expect([refused.status, await refused.json()]).toEqual([400, { error: 'invalid_grant' }]);
});

test.each([
  ['without its secret', {}],
  ['with a wrong one', basic({ clientId: otherApp.clientId, clientSecret: 'wrong' })],
  ['as another client', basic({ clientId: 'machine123456', clientSecret: 'machine-secret' })],
])('fails %s', async (_, headers) => {
  expect((await redeem(await TestPool.create(), headers)).status).toBe(400);
});

test('carries a long state through sign-in and back as it came', async () => {
  const pool = await TestPool.create();
  const state = `${'~!*()äß%25+ /'.repeat(100)}end`;
  const answer = await pool.submitLogin(authorizeQuery({ ...broker, state }), 'ada', 'ada-password');
  expect(locationOf(answer).searchParams.get('state')).toBe(state);
});

test('with a live sign-in the next request goes straight through, with a code of its own', async () => {
  const pool = await TestPool.create();
  const first = codeOf(await pool.submitLogin(authorizeQuery(broker), 'ada', 'ada-password'));
  const second = await pool.browse(`/oauth2/authorize?${authorizeQuery({ ...broker, state: 'second' })}`);
  expect(second.status).toBe(302);
  expect(locationOf(second).searchParams.get('state')).toBe('second');
  expect(codeOf(second)).not.toBe(first);
});
