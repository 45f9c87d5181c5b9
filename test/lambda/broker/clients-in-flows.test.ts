/** Clients with metadata documents, signed assertions, and approvals that are remembered. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Client } from '../../../lambda/broker/clients/client';
import {
  approve,
  authorizationRequest,
  Browser,
  form,
  formOf,
  grant,
  paramsOf,
  REDIRECT,
  startBroker,
  type TestBroker,
  tokenRequest,
} from '../../support/broker';

const ID = 'https://client.example/metadata.json';
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

let at: TestBroker;
let known: Client | undefined;
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  at = await startBroker({
    clients: {
      metadataDocuments: { allowedHosts: ['client.example'] },
      preRegistered: [
        { id: 'app', name: 'App', redirectUris: [REDIRECT, 'http://127.0.0.1/cb', 'com.example.app:/cb'] },
      ],
    },
    rememberConsentSeconds: 86_400,
  });
  jest.spyOn(at.services.documents, 'find').mockImplementation(async (id) => (id === ID ? known : undefined));
});
afterAll(async () => {
  jest.restoreAllMocks();
  await at.stop();
});
beforeEach(() => {
  at.ahead = 0;
  at.provider.user = 'user-1';
  at.provider.revoked.clear();
  known = {
    id: ID,
    kind: 'metadata-document',
    name: 'Notes by Example',
    host: 'client.example',
    redirectUris: [REDIRECT],
    authentication: { method: 'none' },
  };
});

test('A8 a client with a metadata document is shown with the host that vouches for it, and gets tokens', async () => {
  const { shown, tokens } = await grant(at, authorizationRequest({ client_id: ID }));
  expect(shown.body).toContain('client.example');
  expect(tokens.status).toBe(200);
});

test('A8 a client whose document is gone is refused on a page', async () => {
  known = undefined;
  expect(
    (await new Browser(at).get('/oauth2/authorize', form(authorizationRequest({ client_id: ID }).query))).status,
  ).toBe(400);
});

test('A8 registration is not there when it is not on', async () => {
  const reply = await at.broker({
    method: 'POST',
    path: '/oauth2/register',
    body: '{}',
    queryText: '',
    headers: {},
    cookies: [],
    source: '192.0.2.1',
    requestId: 'r',
  });
  expect(reply.status).toBe(404);
});

describe('private_key_jwt', () => {
  let sign: (claims?: Record<string, unknown>, alg?: string) => Promise<string>;
  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'c', alg: 'ES256' }];
    sign = (claims = {}) =>
      new SignJWT({
        iss: ID,
        sub: ID,
        aud: 'https://mcp.example.com/oauth2/token',
        jti: Math.random().toString(36),
        exp: Math.floor(Date.now() / 1000) + 60,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'c' })
        .sign(privateKey);
    jwks = { keys };
  });
  let jwks: { keys: object[] };
  beforeEach(() => {
    known = { ...(known as Client), authentication: { method: 'private_key_jwt', jwks } };
  });

  const redeem = async (assertion: string | undefined, fields: Record<string, string> = {}) => {
    const { asked, code } = await approve(at, authorizationRequest({ client_id: ID }));
    return tokenRequest(at, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      code_verifier: asked.verifier,
      client_id: ID,
      ...(assertion !== undefined && { client_assertion: assertion, client_assertion_type: TYPE }),
      ...fields,
    });
  };

  test('A8 where declared, a signed assertion is required and accepted, for the token endpoint or the issuer', async () => {
    expect((await redeem(await sign())).status).toBe(200);
    expect((await redeem(await sign({ aud: 'https://mcp.example.com' }))).status).toBe(200);
    expect((await redeem(undefined)).json.error).toBe('invalid_client');
  });

  test.each([
    ['for another audience', { aud: 'https://other.example' }],
    ['for several audiences', { aud: ['https://mcp.example.com', 'https://other.example'] }],
    ['of another issuer', { iss: 'https://client.example/other.json' }],
    ['of another subject', { sub: 'https://client.example/other.json' }],
    ['that has expired', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['that lives too long', { exp: Math.floor(Date.now() / 1000) + 3_600 }],
    ['without an expiry', { exp: undefined }],
    ['without an id', { jti: undefined }],
  ])('A8 an assertion %s is refused', async (_name, claims) => {
    expect((await redeem(await sign(claims))).json.error).toBe('invalid_client');
  });

  test('A8 an assertion is good once', async () => {
    const assertion = await sign();
    expect((await redeem(assertion)).status).toBe(200);
    expect((await redeem(assertion)).json.error).toBe('invalid_client');
  });

  test('A8 an assertion is refused, and nothing breaks, where the published key is none', async () => {
    const keys = [{ kty: 'EC', crv: 'P-256', x: 'AAAA', y: '!', kid: 'c', alg: 'ES256' }];
    known = { ...(known as Client), authentication: { method: 'private_key_jwt', jwks: { keys } } };
    expect((await redeem(await sign())).json.error).toBe('invalid_client');
  });

  test('A8 an assertion of another type, or beside a secret, is refused', async () => {
    expect((await redeem(await sign(), { client_assertion_type: 'x' })).json.error).toBe('invalid_client');
    expect((await redeem(await sign(), { client_secret: 'x' })).json.error).toBe('invalid_client');
  });

  test.each([
    '',
    'a.b.c',
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: ID, sub: ID })).toString('base64url')}.`,
  ])('A8 what is no assertion is refused: %j', async (assertion) =>
    expect((await redeem(assertion)).json.error).toBe('invalid_client'),
  );
});

describe('an approval that is remembered', () => {
  const asked = () => authorizationRequest({ client_id: 'app' });

  async function approved() {
    const browser = new Browser(at);
    const { tokens } = await grant(at, asked(), browser);
    return { browser, tokens };
  }

  test('A7 stands in for the page, in the same browser, for the same user', async () => {
    const { browser } = await approved();
    const again = asked();
    const reply = await browser.get('/oauth2/authorize', form(again.query));
    expect(reply.status).toBe(303);
    const back = await browser.get('/oauth2/callback', at.provider.signIn(reply.headers.Location ?? ''));
    const code = paramsOf(back).get('code') ?? '';
    const tokens = await tokenRequest(at, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT,
      client_id: 'app',
      code_verifier: again.verifier,
    });
    expect(tokens.status).toBe(200);
  });

  test('A7 another user at the callback sees the page before a code exists', async () => {
    const { browser } = await approved();
    const reply = await browser.get('/oauth2/authorize', form(asked().query));
    at.provider.user = 'user-2';
    const back = await browser.get('/oauth2/callback', at.provider.signIn(reply.headers.Location ?? ''));
    expect(back.status).toBe(200);
    expect(back.body).toContain('decision');
    expect(at.provider.revoked.size).toBe(1);
    const next = await browser.post('/oauth2/consent', form({ ...formOf(back.body ?? ''), decision: 'approve' }));
    expect(next.status).toBe(303);
  });

  test.each([
    ['another browser', (_browser: Browser) => new Browser(at), {}],
    [
      'more scopes',
      (browser: Browser) => browser,
      { scope: 'https://mcp.example.com/mcp/notes:read https://mcp.example.com/mcp/notes:write' },
    ],
    ['another redirect URI', (browser: Browser) => browser, { redirect_uri: 'http://127.0.0.1:9/cb' }],
    ['another client', (browser: Browser) => browser, { client_id: ID }],
  ])('A7 does not count for %s', async (_name, from, changed) => {
    const { browser } = await approved();
    const reply = await from(browser).get('/oauth2/authorize', form({ ...asked().query, ...changed }));
    expect(reply.status).toBe(200);
  });

  test('A7 ends after its time, and with the grant', async () => {
    const { browser, tokens } = await approved();
    at.ahead = 86_401;
    expect((await browser.get('/oauth2/authorize', form(asked().query))).status).toBe(200);
    at.ahead = 0;
    expect((await browser.get('/oauth2/authorize', form(asked().query))).status).toBe(303);
    await at.broker({
      method: 'POST',
      path: '/oauth2/revoke',
      body: form({ client_id: 'app', token: tokens.json.refresh_token ?? '' }),
      queryText: '',
      headers: {},
      cookies: [],
      source: '192.0.2.1',
      requestId: 'r',
    });
    expect((await browser.get('/oauth2/authorize', form(asked().query))).status).toBe(200);
  });

  test.each(['http://127.0.0.1:7/cb', 'com.example.app:/cb'])(
    'A7 is never kept for a program on the own machine: %s',
    async (uri) => {
      const browser = new Browser(at);
      const loopback = authorizationRequest({ client_id: 'app', redirect_uri: uri });
      await grant(at, loopback, browser);
      expect((await browser.get('/oauth2/authorize', form(loopback.query))).status).toBe(200);
    },
  );
});
