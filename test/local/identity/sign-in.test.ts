import { changeUser } from '../../../local/identity/pool';
import { app, authorizeQuery, CALLBACK, claimsOf, codeOf, locationOf, otherApp, READ, TestPool } from './fixture';

test('sends a stranger to the login page with the same parameters', async () => {
  const browser = await TestPool.create();
  const response = await browser.browse(`/oauth2/authorize?${authorizeQuery()}`);
  expect(response.status).toBe(302);
  expect(response.headers.get('location')).toBe(`/login?${authorizeQuery()}`);
});

test('shows a login form that works without script, on a phone and with a screen reader', async () => {
  const browser = await TestPool.create();
  const response = await browser.browse(`/login?${authorizeQuery()}`);
  const page = await response.text();
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('content-security-policy')).not.toContain('form-action');
  expect(page).not.toContain('<script');
  expect(page).toContain('<meta name="viewport"');
  expect(page).toContain('<label for="username">');
  expect(page).toContain('<label for="password">');
  expect(page).toContain('local-dev');
  expect(page).toMatch(/stand-in for Amazon Cognito managed login/i);
});

test('goes back to the client with code and state, and without iss, after the right password', async () => {
  const browser = await TestPool.create();
  const response = await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  const location = locationOf(response);
  expect(response.status).toBe(302);
  expect(location.origin + location.pathname).toBe(CALLBACK);
  expect([...location.searchParams.keys()].sort()).toEqual(['code', 'state']);
});

test.each([
  ['ada', 'wrong'],
  ['nobody', 'ada-password'],
  ['__proto__', 'x'],
])('refuses %s with password %s and says so in the page', async (username, password) => {
  const browser = await TestPool.create();
  const response = await browser.submitLogin(authorizeQuery(), username, password);
  expect(response.status).toBe(400);
  expect(response.headers.get('location')).toBeNull();
  expect(await response.text()).toContain('role="alert"');
});

test('escapes what was typed into the form', async () => {
  const browser = await TestPool.create();
  const page = await (await browser.submitLogin(authorizeQuery(), '"><b>x', 'y')).text();
  expect(page).not.toContain('<b>x');
  expect(page).toContain('&quot;&gt;&lt;b&gt;x');
});

test('takes the email address where that is the username attribute, and the username is then a UUID', async () => {
  const browser = await TestPool.create({ usernameAttributes: ['email'] });
  expect((await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password')).status).toBe(400);
  const code = codeOf(await browser.submitLogin(authorizeQuery(), 'ada@example.com', 'ada-password'));
  const tokens = (await (await browser.redeem(code)).json()) as Record<string, string>;
  const claims = claimsOf(tokens.access_token);
  expect(claims.username).toBe(claims.sub);
  expect(claimsOf(tokens.id_token)['cognito:username']).toBe(claims.sub);
});

test('refuses a login form that was not shown to this browser', async () => {
  const browser = await TestPool.create();
  const form = { _csrf: 'guessed', username: 'ada', password: 'ada-password' };
  expect((await browser.browse(`/login?${authorizeQuery()}`, form)).status).toBe(403);
  await browser.browse(`/login?${authorizeQuery()}`);
  expect((await browser.browse(`/login?${authorizeQuery()}`, form)).status).toBe(403);
});

test('refuses a disabled user', async () => {
  const browser = await TestPool.create();
  changeUser(browser.pool, 'ada', { enabled: false });
  expect((await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password')).status).toBe(400);
});

test('signs in to every client of the pool without a prompt or consent for one hour', async () => {
  const browser = await TestPool.create();
  await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  const other = authorizeQuery({ client_id: otherApp.clientId, scope: READ });
  browser.pass(3599);
  expect(codeOf(await browser.browse(`/oauth2/authorize?${other}`))).toBeTruthy();
  browser.pass(2);
  expect(locationOf(await browser.browse(`/oauth2/authorize?${other}`)).pathname).toBe('/login');
});

test('forgets the browser of a user disabled meanwhile', async () => {
  const browser = await TestPool.create();
  await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  changeUser(browser.pool, 'ada', { enabled: false });
  expect(locationOf(await browser.browse(`/oauth2/authorize?${authorizeQuery()}`)).pathname).toBe('/login');
});

test('sets a cookie scripts cannot read, for an hour', async () => {
  const browser = await TestPool.create();
  const response = await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  expect(response.headers.getSetCookie()).toEqual([
    expect.stringMatching(/^cognito-eu-central-1_Local0001=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/),
  ]);
});

test('prompt=login asks again and prompt=none never asks', async () => {
  const browser = await TestPool.create();
  const silent = await browser.browse(`/oauth2/authorize?${authorizeQuery({ prompt: 'none' })}`);
  expect(locationOf(silent).searchParams.get('error')).toBe('login_required');
  await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  const again = await browser.browse(`/oauth2/authorize?${authorizeQuery({ prompt: 'login' })}`);
  expect(locationOf(again).pathname).toBe('/login');
  expect(codeOf(await browser.browse(`/oauth2/authorize?${authorizeQuery({ prompt: 'none' })}`))).toBeTruthy();
});

test('sends an unproven redirect URI to its own error page', async () => {
  const browser = await TestPool.create();
  const query = authorizeQuery({ redirect_uri: 'https://evil.example/' });
  for (const path of ['/oauth2/authorize', '/login']) {
    const location = locationOf(await browser.browse(`${path}?${query}`));
    expect(location.pathname).toBe('/error');
    const page = await browser.browse(location.pathname + location.search);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('redirect_mismatch');
  }
});

test('shows no managed login page for a client without a style; the classic hosted UI needs none', async () => {
  const clients = [{ ...app, branded: false }];
  const managed = await TestPool.create({ clients });
  expect((await managed.browse(`/login?${authorizeQuery()}`)).status).toBe(403);
  const classic = await TestPool.create({ clients, domain: { port: 3002, managedLoginVersion: 1 } });
  expect((await classic.browse(`/login?${authorizeQuery()}`)).status).toBe(200);
});

test('logout forgets the browser and goes to a registered sign-out URL only', async () => {
  const clients = [{ ...app, logoutUrls: ['http://localhost:6274/bye'] }];
  const browser = await TestPool.create({ clients });
  await browser.submitLogin(authorizeQuery(), 'ada', 'ada-password');
  const foreign = await browser.browse(`/logout?client_id=${app.clientId}&logout_uri=https://evil.example/`);
  expect(foreign.status).toBe(400);
  const out = await browser.browse(`/logout?client_id=${app.clientId}&logout_uri=http://localhost:6274/bye`);
  expect(out.headers.get('location')).toBe('http://localhost:6274/bye');
  expect(locationOf(await browser.browse(`/oauth2/authorize?${authorizeQuery()}`)).pathname).toBe('/login');
});
