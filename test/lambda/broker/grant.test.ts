/** From the consent page to tokens, and what becomes of a grant. */
import {
  approve,
  authorizationRequest,
  Browser,
  CLIENT,
  CONFIDENTIAL,
  form,
  formOf,
  grant,
  MACHINE,
  paramsOf,
  REDIRECT,
  refresh,
  request,
  SECRET,
  startBroker,
  type TestBroker,
  tokenRequest,
} from '../../support/broker';

let at: TestBroker;
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  at = await startBroker();
});
afterAll(async () => {
  jest.restoreAllMocks();
  await at.stop();
});
beforeEach(() => {
  at.provider.mode = 'ok';
  at.provider.user = 'user-1';
  at.provider.seen.length = 0;
  at.ahead = 0;
  at.provider.lifetime = 900;
});

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
const items = async () => JSON.parse(await at.stolenTable()).length as number;

describe('authorize and consent', () => {
  test('A7 shows the page and writes nothing', async () => {
    const before = await items();
    const reply = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest().query));
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('Notes app');
    expect(reply.body).toContain('Read your notes');
    expect(reply.cookies?.[0]).toMatch(
      /^__Host-mcp-tx=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure$/,
    );
    expect(await items()).toBe(before);
  });

  test('A7 approval sends the user to sign in, with PKCE, state and resource of the broker', async () => {
    const { upstream, asked } = await approve(at);
    const url = new URL(upstream);
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: 'upstream-client',
      redirect_uri: 'https://mcp.example.com/oauth2/callback',
      code_challenge_method: 'S256',
      resource: 'https://mcp.example.com/mcp',
      scope: 'https://mcp.example.com/mcp/notes:read',
    });
    expect(url.searchParams.get('state')).not.toBe('client-state');
    expect(url.searchParams.get('code_challenge')).not.toBe(asked.query.code_challenge);
  });

  test('A7 denial leads back with an error, and the provider is never asked', async () => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    const reply = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'deny' }));
    expect(Object.fromEntries(paramsOf(reply))).toMatchObject({
      error: 'access_denied',
      state: 'client-state',
      iss: 'https://mcp.example.com',
    });
  });

  test('A12 the answer carries code, state and iss', async () => {
    const { reply } = await approve(at);
    expect(reply.headers.Location?.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(Object.fromEntries(paramsOf(reply))).toEqual({
      code: expect.stringMatching(/^[\w-]{43}$/),
      state: 'client-state',
      iss: 'https://mcp.example.com',
    });
  });

  test.each([
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ code_challenge: undefined }, 'invalid_request'],
    [{ code_challenge_method: undefined }, 'invalid_request'],
    [{ code_challenge_method: 'plain' }, 'invalid_request'],
    [{ code_challenge: 'short' }, 'invalid_request'],
    [{ resource: 'https://mcp.example.com/mcp/' }, 'invalid_target'],
    [{ resource: 'https://other.example/mcp' }, 'invalid_target'],
    [{ scope: 'https://other.example/mcp/notes:read openid' }, 'invalid_scope'],
    [{ request: 'x' }, 'request_not_supported'],
    [{ request_uri: 'x' }, 'request_uri_not_supported'],
    [{ prompt: 'none' }, 'consent_required'],
  ])('A5 A12 sends %j back to the client as %s, with iss', async (overrides, error) => {
    const reply = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest(overrides).query));
    expect(Object.fromEntries(paramsOf(reply))).toMatchObject({
      error,
      state: 'client-state',
      iss: 'https://mcp.example.com',
    });
  });

  test.each([
    [{ client_id: 'stranger' }],
    [{ client_id: undefined }],
    [{ redirect_uri: undefined }],
    [{ redirect_uri: 'https://evil.example/callback' }],
    [{ redirect_uri: `${REDIRECT}/` }],
  ])('A6 never redirects for %j', async (overrides) => {
    const reply = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest(overrides).query));
    expect(reply.status).toBe(400);
    expect(reply.headers).not.toHaveProperty('Location');
  });

  test('A6 refuses a parameter that is given twice, without redirecting', async () => {
    const query = `${form(authorizationRequest().query)}&redirect_uri=https://evil.example/`;
    const reply = await new Browser(at).get('/oauth2/authorize', query);
    expect(reply).toMatchObject({ status: 400 });
    expect(reply.headers).not.toHaveProperty('Location');
  });

  test('drops foreign scopes, and gives the initial ones to who asks for none', async () => {
    const mixed = await approve(
      at,
      authorizationRequest({ scope: 'openid https://mcp.example.com/mcp/notes:write offline_access' }),
    );
    expect(new URL(mixed.upstream).searchParams.get('scope')).toBe('https://mcp.example.com/mcp/notes:write');
    const none = await approve(at, authorizationRequest({ scope: undefined }));
    expect(new URL(none.upstream).searchParams.get('scope')).toBe('https://mcp.example.com/mcp/notes:read');
  });

  test.each([
    [
      'without the cookie',
      (browser: Browser) => {
        browser.cookie = undefined;
      },
      {},
    ],
    [
      'with another browser',
      (browser: Browser) => {
        browser.cookie = `__Host-mcp-tx=${'a'.repeat(43)}`;
      },
      {},
    ],
    [
      'with two cookies',
      (browser: Browser) => {
        browser.cookie = `${browser.cookie}; __Host-mcp-tx=${'a'.repeat(43)}`;
      },
      {},
    ],
    ['without the token', () => {}, { csrf: '' }],
    ['with another scope', () => {}, { scope: 'https://mcp.example.com/mcp/notes:write' }],
    ['with another client', () => {}, { client_id: CONFIDENTIAL }],
    ['with another state', () => {}, { state: 'attacker' }],
    ['with another challenge', () => {}, { code_challenge: 'a'.repeat(43) }],
  ])('A7 an approval %s is refused', async (_name, disturb, changed) => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    disturb(browser);
    const reply = await browser.post(
      '/oauth2/consent',
      form({ ...formOf(shown.body ?? ''), ...changed, decision: 'approve' }),
    );
    expect(reply.status).toBe(400);
    expect(reply.headers).not.toHaveProperty('Location');
  });

  test('A7 an approval that a page of another site sent is refused', async () => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    const approval = form({ ...formOf(shown.body ?? ''), decision: 'approve' });
    expect((await browser.post('/oauth2/consent', approval, { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
    expect((await browser.post('/oauth2/consent', approval, { 'sec-fetch-site': 'same-origin' })).status).toBe(303);
  });
});

describe('callback', () => {
  test('A7 in another browser is refused, and the sign-in is spent', async () => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    const upstream = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'approve' }));
    const back = at.provider.signIn(upstream.headers.Location ?? '');
    const other = new Browser(at);
    await other.get('/oauth2/authorize', form(authorizationRequest().query));
    expect((await other.get('/oauth2/callback', back)).status).toBe(400);
    expect((await browser.get('/oauth2/callback', back)).status).toBe(400);
  });

  test('A7 works once', async () => {
    const { browser, back } = await approve(at);
    const again = await browser.get('/oauth2/callback', back);
    expect(again.status).toBe(400);
    expect(again.headers).not.toHaveProperty('Location');
  });

  test('A7 without a state that the broker made is refused', async () => {
    expect((await new Browser(at).get('/oauth2/callback', 'code=x&state=y')).status).toBe(400);
    expect((await new Browser(at).get('/oauth2/callback', 'code=x')).status).toBe(400);
  });

  test('A7 comes too late after a quarter of an hour', async () => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    const upstream = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'approve' }));
    const back = at.provider.signIn(upstream.headers.Location ?? '');
    at.ahead = 901;
    expect((await browser.get('/oauth2/callback', back)).status).toBe(400);
  });

  test('A12 an error of the provider reaches the client in words of the broker', async () => {
    const browser = new Browser(at);
    const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
    const upstream = await browser.post('/oauth2/consent', form({ ...formOf(shown.body ?? ''), decision: 'approve' }));
    const state = new URL(upstream.headers.Location ?? '').searchParams.get('state') ?? '';
    const reply = await browser.get(
      '/oauth2/callback',
      form({ state, error: 'server_error', error_description: 'stack trace' }),
    );
    expect(Object.fromEntries(paramsOf(reply))).toEqual({
      error: 'server_error',
      error_description: 'signing in failed',
      state: 'client-state',
      iss: 'https://mcp.example.com',
    });
  });
});

describe('a code', () => {
  test('A10 becomes tokens, not to be stored, with the scopes granted and no ID token', async () => {
    const { tokens } = await grant(at);
    expect(tokens.status).toBe(200);
    expect(tokens.headers).toMatchObject({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    expect(tokens.json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 900,
      refresh_token: expect.stringMatching(/^[\w-]{43}$/),
      scope: 'https://mcp.example.com/mcp/notes:read',
    });
  });

  test.each([
    ['another client', { client_id: CONFIDENTIAL }, basic(CONFIDENTIAL, SECRET)],
    ['another redirect URI', { redirect_uri: 'https://client.example/other' }, {}],
    ['no redirect URI', { redirect_uri: '' }, {}],
    ['another verifier', { code_verifier: 'a'.repeat(43) }, {}],
    ['no verifier', { code_verifier: '' }, {}],
    ['another code', { code: 'a'.repeat(43) }, {}],
  ])('A5 A10 with %s is refused, and the provider is not asked', async (_name, changed, headers) => {
    const { asked, code } = await approve(at);
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: CLIENT,
      code_verifier: asked.verifier,
    };
    const reply = await tokenRequest(at, { ...fields, ...changed }, headers);
    expect(reply).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect(at.provider.seen).toHaveLength(0);
    // Nothing was spent by it.
    expect((await tokenRequest(at, fields)).status).toBe(200);
  });

  test('A10 for another resource is refused', async () => {
    const { asked, code } = await approve(at);
    const reply = await tokenRequest(at, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: CLIENT,
      code_verifier: asked.verifier,
      resource: 'https://other.example/mcp',
    });
    expect(reply.json.error).toBe('invalid_target');
  });

  test('A10 lives for 60 seconds', async () => {
    const { asked, code } = await approve(at);
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: CLIENT,
      code_verifier: asked.verifier,
    };
    at.ahead = 61;
    expect((await tokenRequest(at, fields)).json.error).toBe('invalid_grant');
    expect(at.provider.seen).toHaveLength(0);
  });

  test('A10 redeemed twice ends the grant', async () => {
    const { fields, tokens } = await grant(at);
    expect((await tokenRequest(at, fields)).json.error).toBe('invalid_grant');
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A10 redeemed a hundred times at once is redeemed once, and the grant ends', async () => {
    const { asked, code } = await approve(at);
    const fields = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: CLIENT,
      code_verifier: asked.verifier,
    };
    const replies = await Promise.all(Array.from({ length: 100 }, () => tokenRequest(at, fields)));
    const won = replies.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(at.provider.seen.filter(({ path }) => path === '/token')).toHaveLength(1);
    expect((await refresh(at, won[0]?.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test.each(['no-audience', 'no-scope', 'no-origin'] as const)(
    'A3 a token that the guard would refuse is not handed out: %s',
    async (mode) => {
      at.provider.mode = mode;
      const { tokens } = await grant(at);
      expect(tokens).toMatchObject({ status: 500, json: { error: 'server_error' } });
      expect(tokens.body).not.toMatch(/eyJ[\w-]+\.eyJ/);
      expect(at.provider.seen.some(({ path }) => path === '/revoke')).toBe(true);
    },
  );

  test.each(['error', 'malformed', 'reset', 'misconfigured'] as const)(
    'a provider that fails (%s) changes nothing: the client tries again',
    async (mode) => {
      const { asked, code } = await approve(at);
      const fields = {
        grant_type: 'authorization_code',
        code,
        redirect_uri: REDIRECT,
        client_id: CLIENT,
        code_verifier: asked.verifier,
      };
      at.provider.mode = mode;
      const failed = await tokenRequest(at, fields);
      expect(failed).toMatchObject({
        status: 503,
        json: { error: 'temporarily_unavailable' },
        headers: { 'Retry-After': '5' },
      });
      at.provider.mode = 'ok';
      expect((await tokenRequest(at, fields)).status).toBe(200);
    },
  );
});

describe('a refresh', () => {
  test('A11 gives new tokens and a new handle', async () => {
    const { tokens } = await grant(at);
    const next = await refresh(at, tokens.json.refresh_token ?? '');
    expect(next.status).toBe(200);
    expect(next.json.refresh_token).not.toBe(tokens.json.refresh_token);
    expect((await refresh(at, next.json.refresh_token ?? '')).status).toBe(200);
  });

  test('A11 an answer that was lost may be asked for once more within 10 seconds, then never', async () => {
    const { tokens } = await grant(at);
    const first = tokens.json.refresh_token ?? '';
    await refresh(at, first);
    at.ahead = 9;
    const retried = await refresh(at, first);
    expect(retried.status).toBe(200);
    expect((await refresh(at, first)).json.error).toBe('invalid_grant');
    expect((await refresh(at, retried.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 after 10 seconds the handle before ends the grant', async () => {
    const { tokens } = await grant(at);
    const next = await refresh(at, tokens.json.refresh_token ?? '');
    at.ahead = 12;
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
    expect((await refresh(at, next.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 the handle that an honest retry replaced ends the grant: its holder is not the client', async () => {
    const { tokens } = await grant(at);
    const stolen = await refresh(at, tokens.json.refresh_token ?? '');
    const honest = await refresh(at, tokens.json.refresh_token ?? '');
    expect(honest.status).toBe(200);
    expect((await refresh(at, stolen.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
    expect((await refresh(at, honest.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 a replay revokes the upstream token too', async () => {
    const { tokens } = await grant(at);
    await refresh(at, tokens.json.refresh_token ?? '');
    at.ahead = 12;
    await refresh(at, tokens.json.refresh_token ?? '');
    expect(at.provider.seen.at(-1)?.path).toBe('/revoke');
  });

  test('A11 is bound to its client', async () => {
    const { tokens } = await grant(at);
    const reply = await tokenRequest(
      at,
      { grant_type: 'refresh_token', refresh_token: tokens.json.refresh_token ?? '' },
      basic(CONFIDENTIAL, SECRET),
    );
    expect(reply.json.error).toBe('invalid_grant');
    expect((await refresh(at, tokens.json.refresh_token ?? '')).status).toBe(200);
  });

  test('A11 cannot add scopes', async () => {
    const { tokens } = await grant(at);
    const reply = await refresh(at, tokens.json.refresh_token ?? '', {
      scope: 'https://mcp.example.com/mcp/notes:write',
    });
    expect(reply.json.error).toBe('invalid_scope');
  });

  test('A11 ends with the grant, however often it was refreshed', async () => {
    const { tokens } = await grant(at);
    at.ahead = 86_000;
    at.provider.lifetime = 100_000;
    const next = await refresh(at, tokens.json.refresh_token ?? '');
    expect(next.status).toBe(200);
    at.ahead = 86_401;
    expect((await refresh(at, next.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test.each(['error', 'malformed', 'reset', 'misconfigured'] as const)(
    'A11 a provider that fails (%s) changes nothing',
    async (mode) => {
      const { tokens } = await grant(at);
      at.provider.mode = mode;
      expect(await refresh(at, tokens.json.refresh_token ?? '')).toMatchObject({ status: 503 });
      at.provider.mode = 'ok';
      expect((await refresh(at, tokens.json.refresh_token ?? '')).status).toBe(200);
    },
  );

  test('A11 a user who may no longer sign in ends the grant', async () => {
    const { tokens } = await grant(at);
    at.provider.mode = 'refused';
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
    at.provider.mode = 'ok';
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 many at once leave one line of handles at most', async () => {
    const { tokens } = await grant(at);
    const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(at, tokens.json.refresh_token ?? '')));
    expect(replies.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(2);
    const alive = [];
    for (const { json } of replies) if (json.refresh_token) alive.push(await refresh(at, json.refresh_token));
    expect(alive.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
  });
});

describe('a stolen table', () => {
  test('A11 opens nothing: no code, handle, token, verifier, state or cookie is in it', async () => {
    const { browser, code, back, asked, tokens } = await grant(at);
    const table = await at.stolenTable();
    const upstreamToken = at.provider.seen.find(({ form: sent }) => sent.get('grant_type') === 'authorization_code');
    const secrets = [
      code,
      asked.verifier,
      browser.cookie?.split('=')[1],
      new URLSearchParams(back).get('state'),
      new URLSearchParams(back).get('code'),
      tokens.json.access_token,
      tokens.json.refresh_token,
      upstreamToken?.form.get('code_verifier'),
      'upstream-secret',
    ];
    for (const secret of secrets) expect(table).not.toContain(secret);
    for (const [handle] of table.matchAll(/[\w-]{43}/g)) expect((await refresh(at, handle)).status).toBe(400);
  });
});

describe('revocation', () => {
  const revoke = (fields: Record<string, string>, headers = {}) =>
    at.broker(request('POST', '/oauth2/revoke', { body: form({ client_id: CLIENT, ...fields }), headers }));

  test('A11 of the refresh token ends the grant and the upstream token', async () => {
    const { tokens } = await grant(at);
    expect((await revoke({ token: tokens.json.refresh_token ?? '' })).status).toBe(200);
    expect(at.provider.seen.at(-1)?.path).toBe('/revoke');
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 of the access token ends the grant; the upstream token goes when its handle comes by', async () => {
    const { tokens } = await grant(at);
    expect((await revoke({ token: tokens.json.access_token ?? '' })).status).toBe(200);
    expect((await refresh(at, tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
    expect(at.provider.seen.at(-1)?.path).toBe('/revoke');
  });

  test('A11 of a token nobody knows, or of another client, is 200 and changes nothing', async () => {
    const { tokens } = await grant(at);
    expect((await revoke({ token: 'nobody-knows' })).status).toBe(200);
    const other = await at.broker(
      request('POST', '/oauth2/revoke', {
        body: form({ token: tokens.json.refresh_token ?? '' }),
        headers: basic(CONFIDENTIAL, SECRET),
      }),
    );
    expect(other.status).toBe(200);
    expect((await refresh(at, tokens.json.refresh_token ?? '')).status).toBe(200);
  });

  test('A11 by a client that does not prove itself is refused', async () => {
    expect((await revoke({ token: 'x', client_id: CONFIDENTIAL })).status).toBe(401);
  });
});

describe('client authentication', () => {
  const code = async (fields: Record<string, string>, headers = {}) => {
    const approved = await approve(at, authorizationRequest({ client_id: CONFIDENTIAL }));
    return tokenRequest(
      at,
      {
        grant_type: 'authorization_code',
        code: approved.code,
        redirect_uri: REDIRECT,
        code_verifier: approved.asked.verifier,
        ...fields,
      },
      headers,
    );
  };

  test('A10 a confidential client proves itself with its secret, in the header or the form', async () => {
    expect((await code({}, basic(CONFIDENTIAL, SECRET))).status).toBe(200);
    expect((await code({ client_id: CONFIDENTIAL, client_secret: SECRET })).status).toBe(200);
  });

  test.each([
    ['no secret', { client_id: CONFIDENTIAL }, {}],
    ['a wrong secret', { client_id: CONFIDENTIAL, client_secret: 'wrong' }, {}],
    ['a wrong secret in the header', {}, basic(CONFIDENTIAL, 'wrong')],
    ['two methods at once', { client_secret: SECRET }, basic(CONFIDENTIAL, SECRET)],
    ['another client in the form', { client_id: CLIENT }, basic(CONFIDENTIAL, SECRET)],
    ['a broken header', { client_id: CONFIDENTIAL }, { authorization: 'Basic !!' }],
    ['no client', {}, {}],
  ])('A10 %s is invalid_client', async (_name, fields, headers) => {
    expect(await code(fields as Record<string, string>, headers)).toMatchObject({
      status: 401,
      json: { error: 'invalid_client' },
    });
  });

  test('A10 a secret from a public client is refused', async () => {
    const { asked, code: value } = await approve(at);
    const fields = {
      grant_type: 'authorization_code',
      code: value,
      redirect_uri: REDIRECT,
      code_verifier: asked.verifier,
    };
    expect((await tokenRequest(at, { ...fields, client_id: CLIENT, client_secret: 'x' })).json.error).toBe(
      'invalid_client',
    );
  });
});

describe('machine clients', () => {
  test('A13 get their token here, by the provider, with their own scopes', async () => {
    const reply = await tokenRequest(
      at,
      { grant_type: 'client_credentials', scope: 'https://mcp.example.com/mcp/notes:read' },
      basic(MACHINE, 'machine-secret'),
    );
    expect(reply).toMatchObject({
      status: 200,
      json: { token_type: 'Bearer', scope: 'https://mcp.example.com/mcp/notes:read' },
    });
    expect(at.provider.seen[0]?.authorization).toBe(basic(MACHINE, 'machine-secret').authorization);
    expect(at.provider.seen[0]?.form.has('resource')).toBe(false);
  });

  test.each([
    ['a client that is not listed', {}, basic('stranger', 's'), 'invalid_client'],
    ['the upstream client', {}, basic('upstream-client', 'upstream-secret'), 'invalid_client'],
    ['no secret', { client_id: MACHINE }, {}, 'invalid_client'],
    ["another server's scope", { scope: 'https://other.example/mcp/x' }, basic(MACHINE, 's'), 'invalid_scope'],
    ['another resource', { resource: 'https://other.example/mcp' }, basic(MACHINE, 's'), 'invalid_target'],
  ])('A13 %s is refused and not passed on', async (_name, fields, headers, error) => {
    const reply = await tokenRequest(
      at,
      { grant_type: 'client_credentials', ...(fields as Record<string, string>) },
      headers,
    );
    expect(reply.json.error).toBe(error);
    expect(at.provider.seen).toHaveLength(0);
  });

  test('A13 the provider being down is told as such', async () => {
    at.provider.mode = 'error';
    expect((await tokenRequest(at, { grant_type: 'client_credentials' }, basic(MACHINE, 's'))).status).toBe(503);
  });
});

describe('registration', () => {
  const register = (metadata: unknown, source = '192.0.2.9') =>
    at
      .broker(request('POST', '/oauth2/register', { body: JSON.stringify(metadata), source }))
      .then((reply) => ({ ...reply, json: JSON.parse(reply.body ?? '{}') }));
  const metadata = { client_name: 'Tool', redirect_uris: ['http://127.0.0.1:1234/cb'], application_type: 'native' };

  test('A9 gives a public client an id of its own, and echoes what was decided', async () => {
    const reply = await register(metadata, '192.0.2.10');
    expect(reply).toMatchObject({
      status: 201,
      json: { token_endpoint_auth_method: 'none', application_type: 'native', client_name: 'Tool' },
    });
    expect(reply.json.client_id).toMatch(/^dyn_/);
    expect(reply.json).not.toHaveProperty('client_secret');
    const asked = authorizationRequest({ client_id: reply.json.client_id, redirect_uri: 'http://127.0.0.1:5555/cb' });
    expect((await grant(at, asked)).tokens.status).toBe(200);
  });

  test.each([
    [{ ...metadata, token_endpoint_auth_method: 'client_secret_basic' }, 'invalid_client_metadata'],
    [{ ...metadata, grant_types: ['client_credentials'] }, 'invalid_client_metadata'],
    [{ ...metadata, response_types: ['token'] }, 'invalid_client_metadata'],
    [{ ...metadata, application_type: 'spaceship' }, 'invalid_client_metadata'],
    [{ ...metadata, client_name: 'x'.repeat(201) }, 'invalid_client_metadata'],
    [{ ...metadata, redirect_uris: [] }, 'invalid_redirect_uri'],
    [{ ...metadata, redirect_uris: ['http://client.example/cb'] }, 'invalid_redirect_uri'],
    [{ ...metadata, redirect_uris: ['myapp://cb'] }, 'invalid_redirect_uri'],
    [{ ...metadata, redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    [{ ...metadata, redirect_uris: ['https://user@client.example/cb'] }, 'invalid_redirect_uri'],
    [{ ...metadata, redirect_uris: ['https://client.example/cb#f'] }, 'invalid_redirect_uri'],
    [[], 'invalid_client_metadata'],
  ])('A9 refuses %j', async (given, error) => {
    expect(await register(given, '192.0.2.11')).toMatchObject({ status: 400, json: { error } });
  });

  test('A6 a client that registered itself gets no redirect before a person was asked', async () => {
    const id = (await register(metadata, '192.0.2.13')).json.client_id;
    const query = { client_id: id, redirect_uri: 'http://127.0.0.1:1/cb', response_type: 'token' };
    const reply = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest(query).query));
    expect(reply.status).toBe(400);
    expect(reply.headers).not.toHaveProperty('Location');
  });

  test('A9 one source is stopped, and does not lock others out', async () => {
    const first = [];
    for (let n = 0; n < 8; n++) first.push((await register(metadata, '192.0.2.66')).status);
    expect(first.filter((status) => status === 201)).toHaveLength(5);
    expect((await register(metadata, '192.0.2.67')).status).toBe(201);
  });

  test('A9 a registration nobody uses is gone after its time, one that was used stays', async () => {
    const unused = (await register(metadata, '192.0.2.12')).json.client_id;
    const used = (await register(metadata, '192.0.2.12')).json.client_id;
    await grant(at, authorizationRequest({ client_id: used, redirect_uri: 'http://127.0.0.1:1/cb' }));
    // An approval that leads to no sign-in is no use: anyone can give one to a client of their own.
    const approved = (await register(metadata, '192.0.2.12')).json.client_id;
    await approve(at, authorizationRequest({ client_id: approved, redirect_uri: 'http://127.0.0.1:1/cb' }));
    at.ahead = 3_601;
    const ask = (id: string) =>
      new Browser(at).get(
        '/oauth2/authorize',
        form(authorizationRequest({ client_id: id, redirect_uri: 'http://127.0.0.1:1/cb' }).query),
      );
    expect((await ask(unused)).status).toBe(400);
    expect((await ask(approved)).status).toBe(400);
    expect((await ask(used)).status).toBe(200);
  });
});

test('A18 token, revoke and register may be read across origins, pages never', async () => {
  const token = await tokenRequest(at, { grant_type: 'x', client_id: CLIENT });
  expect(token.headers['Access-Control-Allow-Origin']).toBe('*');
  const shown = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest().query));
  expect(shown.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  expect((await at.broker(request('OPTIONS', '/oauth2/token'))).headers['Access-Control-Allow-Headers']).toContain(
    'Authorization',
  );
});

test.each(['authorize', 'callback', 'consent'])(
  'A18 a script that reads %s is refused: pages are for people',
  async (path) => {
    const method = path === 'consent' ? 'POST' : 'GET';
    const ask = (mode: string) =>
      at.broker(
        request(method, `/oauth2/${path}`, {
          queryText: form(authorizationRequest().query),
          headers: { 'sec-fetch-mode': mode },
        }),
      );
    expect((await ask('cors')).status).toBe(403);
    expect((await ask('navigate')).status).not.toBe(403);
  },
);
