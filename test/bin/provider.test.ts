import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { checkProvider, reportText } from '../../bin/cli/provider';
import { dialectOf } from '../../bin/cli/provider/dialects';
import { run } from '../../bin/cli/run';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import { startProvider } from '../support/oidc/provider';

const ISSUER = 'https://id.example.com/tenant';
const OIDC = `${ISSUER}/.well-known/openid-configuration`;
const OAUTH = 'https://id.example.com/.well-known/oauth-authorization-server/tenant';
const KEYS = `${ISSUER}/keys`;

const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: KEYS,
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
  code_challenge_methods_supported: ['S256'],
  token_endpoint_auth_methods_supported: ['none', 'client_secret_basic'],
  authorization_response_iss_parameter_supported: true,
  client_id_metadata_document_supported: true,
  registration_endpoint: `${ISSUER}/register`,
};
const RSA_KEY = { kty: 'RSA', use: 'sig', kid: '1', n: 'x', e: 'AQAB' };

type Answers = Readonly<Record<string, object | Response>>;

/** A network with these documents, and nothing else. */
function network(answers: Answers): typeof fetch {
  return async (input) => {
    const answer = answers[String(input)];
    if (answer instanceof Response) return answer;
    return answer === undefined ? new Response('not found', { status: 404 }) : Response.json(answer);
  };
}

const check = (answers: Answers, issuer = ISSUER, type?: 'oidc' | 'oauth') =>
  checkProvider(issuer, type, network(answers));
const complete = (overrides: object = {}): Answers => ({
  [OIDC]: { ...METADATA, ...overrides },
  [KEYS]: { keys: [RSA_KEY, { kty: 'EC' }] },
});

async function missingIn(answers: Answers, type?: 'oidc' | 'oauth'): Promise<string[]> {
  const { findings } = await check(answers, ISSUER, type);
  return findings.filter(({ level, present }) => level === 'required' && !present).map(({ feature }) => feature);
}

test('A15 a provider with all that is needed is usable, and its construct is written down', async () => {
  const report = await check(complete());
  expect(report).toMatchObject({ usable: true, type: 'oidc' });
  expect(report.findings.filter(({ present }) => present === false).map(({ feature }) => feature)).toEqual([
    'OAuth metadata (RFC 8414)',
  ]);
  const text = reportText(report);
  expect(text).toContain('USABLE with McpAuthorization.oidc.');
  expect(text).toContain(`McpAuthorization.oidc({\n    issuer: '${ISSUER}',\n    jwksUri: '${KEYS}',`);
  expect(text).toMatch(/resource indicators \(RFC 8707\) .* unknown /);
  expect(text).toMatch(/signing keys .* yes +1 RS256, 1 that it does not take/);
  expect(text).toMatch(/RSA keys .* yes +1 RS256/);
});

test.each<[string, object, string]>([
  ['no authorization endpoint', { authorization_endpoint: undefined }, 'authorization endpoint'],
  ['a plain authorization endpoint', { authorization_endpoint: 'http://id.example.com/a' }, 'authorization endpoint'],
  ['an endpoint on this computer', { token_endpoint: 'http://localhost/token' }, 'token endpoint'],
  ['an endpoint that is no text', { token_endpoint: [] }, 'token endpoint'],
  ['no codes', { response_types_supported: ['id_token'] }, 'authorization code'],
  ['no grant for people', { grant_types_supported: ['client_credentials'] }, 'authorization code'],
  ['no word of PKCE', { code_challenge_methods_supported: undefined }, 'PKCE with S256'],
  ['plain PKCE', { code_challenge_methods_supported: ['plain'] }, 'PKCE with S256'],
  ['that requests are pushed', { require_pushed_authorization_requests: true }, 'requests that are not pushed'],
  ['that requests are signed', { require_signed_request_object: true }, 'requests that are not signed'],
  ['no keys', { jwks_uri: undefined }, 'signing keys'],
  ['keys on plain http', { jwks_uri: 'http://id.example.com/keys' }, 'signing keys'],
  ['keys on this computer', { jwks_uri: 'http://127.0.0.1/keys' }, 'signing keys'],
  ['keys that are not there', { jwks_uri: `${ISSUER}/other` }, 'signing keys'],
])('A15 says that it lacks what is required: %s', async (_what, overrides, feature) => {
  expect(await missingIn(complete(overrides))).toEqual([feature]);
  expect(reportText(await check(complete(overrides)))).toMatch(
    new RegExp(`NOT USABLE: ${feature.replace(/[()]/g, '.')}`),
  );
});

const EC_KEY = { kty: 'EC', use: 'sig', kid: '1', crv: 'P-256', x: 'x', y: 'y' };
const ED_KEY = { kty: 'OKP', use: 'sig', kid: '1', crv: 'Ed25519', x: 'x' };

test.each<[string, unknown]>([
  ['a curve nobody here knows', { ...EC_KEY, crv: 'secp256k1' }],
  ['half a key', { ...EC_KEY, y: undefined }],
  ['a key that agrees on keys', { ...ED_KEY, crv: 'X25519' }],
  ['a key for PS256', { ...RSA_KEY, alg: 'PS256' }],
  ['a key for another algorithm than its curve', { ...EC_KEY, alg: 'ES384' }],
  ['a shared secret', { kty: 'oct', kid: '1', k: 'x' }],
  ['a key for encryption', { ...RSA_KEY, use: 'enc' }],
  ['a key without an id', { ...RSA_KEY, kid: undefined }],
  ['nothing', null],
])('A15 keys are those that the guard verifies signatures with: %s is none', async (_what, key) => {
  expect(await missingIn({ ...complete(), [KEYS]: { keys: [key] } })).toEqual(['signing keys']);
});

test.each<[string, object, string]>([
  ['ES256', EC_KEY, "['ES256']"],
  ['ES384', { ...EC_KEY, crv: 'P-384', alg: 'ES384' }, "['ES384']"],
  ['ES512', { ...EC_KEY, crv: 'P-521', use: undefined }, "['ES512']"],
  ['EdDSA', ED_KEY, "['EdDSA']"],
])('A15 a provider that signs with %s can be used, but not behind an HTTP API', async (_what, key, algorithms) => {
  for (const type of ['oidc', 'oauth'] as const) {
    const documents = type === 'oidc' ? complete() : { [OAUTH]: METADATA };
    const report = await check({ ...documents, [KEYS]: { keys: [key] } }, ISSUER, type);
    expect(report.usable).toBe(true);
    expect(report.snippet).toContain(`\n  algorithms: ${algorithms},\n`);
    expect(reportText(report)).toMatch(
      /^USABLE with McpAuthorization\.\w+, but only behind McpEndpoint\.restApi \(.*RSA/m,
    );
  }
});

test.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
  'A15 what it says of a key is what the guard does with it: %s',
  async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    const documents = { ...complete(), [KEYS]: { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg }] } };
    expect((await check(documents)).usable).toBe(true);
    const token = new SignJWT({}).setProtectedHeader({ alg, kid: '1' }).setIssuer(ISSUER).setExpirationTime('1m');
    const verify = signatureVerifier({ issuer: ISSUER, jwksUri: KEYS }, network(documents));
    expect(await verify(await token.sign(privateKey))).toMatchObject({ ok: true });
  },
);

test('A15 RSA keys come first where there are others too: every endpoint verifies their signatures', async () => {
  const keys = [EC_KEY, { ...RSA_KEY, kid: '2', alg: 'RS512' }, { ...RSA_KEY, kid: '3', alg: 'PS512' }];
  const report = await check({ ...complete(), [KEYS]: { keys } });
  expect(report.snippet).toContain("algorithms: ['RS512'],");
  const text = reportText(report);
  expect(text).toMatch(/signing keys .* yes +1 ES256, 1 RS512, 1 that it does not take/);
  expect(text).toContain('USABLE with McpAuthorization.oidc.\n');
  expect((await check(complete())).snippet).not.toContain('algorithms');
});

test('A15 the keys may have an id for each algorithm and no use', async () => {
  expect(await missingIn({ ...complete(), [KEYS]: { keys: [{ ...RSA_KEY, use: undefined }] } })).toEqual([]);
});

test('A15 what is only recommended does not stop anybody', async () => {
  const bare = {
    token_endpoint_auth_methods_supported: undefined,
    authorization_response_iss_parameter_supported: undefined,
    client_id_metadata_document_supported: undefined,
    registration_endpoint: undefined,
    grant_types_supported: undefined,
  };
  const report = await check(complete(bare));
  expect(report.usable).toBe(true);
  expect(reportText(report)).toContain('register each at the provider and name its id');
  expect(report.snippet).not.toContain('anyClient');
});

test('A15 metadata of RFC 8414 alone is for .oauth', async () => {
  const answers = { [OAUTH]: METADATA, [KEYS]: { keys: [RSA_KEY] } };
  const report = await check(answers);
  expect(report).toMatchObject({ usable: true, type: 'oauth' });
  expect(report.snippet).toContain('McpAuthorization.oauth(');
  expect(reportText(report)).toContain('but only behind McpEndpoint.restApi (no OpenID discovery)');
  await expect(check(answers, ISSUER, 'oidc')).rejects.toThrow(
    /openid-configuration answers 404[\s\S]*use --type oauth/,
  );
  await expect(check(complete(), ISSUER, 'oauth')).rejects.toThrow(/use --type oidc/);
});

describe('A15 metadata that is none', () => {
  const instead = (answer: Response | object) => check({ [OIDC]: answer });
  const page = (body: string, init?: ResponseInit) => new Response(body, init);

  test.each<[string, Response, RegExp]>([
    ['a page', page('<p>', { headers: { 'content-type': 'text/html' } }), /answers with text\/html, not with JSON/],
    ['broken JSON', page('{', { headers: { 'content-type': 'application/json' } }), /JSON that cannot be read/],
    ['a list', Response.json([]), /JSON that is no object/],
    ['too much', Response.json({ x: 'y'.repeat(1_100_000) }), /more than 1024 KB/],
    [
      'a redirect',
      page('', { status: 302, headers: { location: 'https://x/\u0007' } }),
      /redirects to https:\/\/x\/\??: clients/,
    ],
    ['an error', page('', { status: 503 }), /answers 503/],
  ])('%s', async (_what, answer, message) => {
    await expect(instead(answer)).rejects.toThrow(message);
  });

  test('of another issuer, by no more than a slash', async () => {
    await expect(check(complete({ issuer: `${ISSUER}/` }))).rejects.toThrow(
      `run \`npx cdk-mcp check-provider ${ISSUER}/\``,
    );
    await expect(check(complete({ issuer: undefined }))).rejects.toThrow(/names no issuer/);
    await expect(check({ ...complete(), [OAUTH]: { ...METADATA, issuer: 'https://evil.example' } })).rejects.toThrow(
      /oauth-authorization-server\/tenant is of issuer 'https:\/\/evil.example'/,
    );
  });

  test('never reaches the terminal as it came', async () => {
    const evil = 'https://id.example.com/\u001b[2J`; rm -rf ~';
    const failed = await check(complete({ issuer: evil })).catch((error: Error) => error.message);
    expect(failed).not.toContain('\u001b');
    expect(failed).toContain('check-provider <issuer>`');
    const report = await check(complete({ registration_endpoint: 'https://x/\u001b[31m\n' }));
    expect(reportText(report)).not.toContain('\u001b');
    const code = await check({ ...complete({ jwks_uri: `${KEYS}?'+evil()+'` }) });
    expect(code.snippet).toContain(String.raw`jwksUri: '${KEYS}?\'+evil()+\''`);
  });
});

test.each([
  'id.example.com',
  'http://id.example.com',
  `${ISSUER}?x=y`,
  `${ISSUER}#x`,
  `${ISSUER} `,
  'https://a:b@x.example',
])('A15 %j is no issuer', async (text) => {
  await expect(check({}, text)).rejects.toThrow(expect.objectContaining({ exitCode: 2 }));
});

test.each([
  ['https://dev-1.okta.com/oauth2/default', 'Okta'],
  ['https://acme.eu.auth0.com/', 'Auth0'],
  ['https://login.microsoftonline.com/tenant/v2.0', 'Microsoft Entra ID'],
  ['https://sso.example.com/realms/acme', 'Keycloak'],
  ['https://auth.pingone.eu/environment/as', 'PingOne'],
  ['https://okta.com.evil.example', undefined],
  ['https://id.example.com', undefined],
])('A15 %s is known as %s', (issuer, name) => {
  expect(dialectOf(issuer)?.name).toBe(name);
});

describe('the command', () => {
  async function cli(...args: string[]) {
    const out: string[] = [];
    const error: string[] = [];
    const code = await run(args, '1.2.3', { out: (text) => out.push(text), error: (text) => error.push(text) });
    return { code, out: out.join('\n'), error: error.join('\n') };
  }

  test('A15 checks a provider that runs, on this computer over http, and writes what it found', async () => {
    const provider = await startProvider({ port: 5880, scopes: ['read'] });
    const json = join(tmpdir(), `provider-${process.pid}.json`);
    expect(await cli('check-provider', provider.issuer, '--json', json)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^USABLE with McpAuthorization.oidc[\s\S]*^It is on this computer/m),
    });
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ version: 1, usable: true, issuer: provider.issuer });
    await provider.stop();
    expect(await cli('check-provider', provider.issuer)).toMatchObject({
      code: 1,
      error: expect.stringContaining('cannot be reached (ECONNREFUSED)'),
    });
  });

  test('A15 ends with 1 when something required is missing', async () => {
    const port = 5882;
    const issuer = `http://localhost:${port}`;
    const server: Server = createServer((request, response) => {
      const found = request.url === '/.well-known/openid-configuration';
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify({ issuer }));
    });
    await new Promise<void>((listening) => server.listen(port, 'localhost', listening));
    const answer = await cli('check-provider', issuer);
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    expect(answer).toMatchObject({ code: 1, out: expect.stringMatching(/PKCE with S256 .* MISSING +not advertised/) });
    expect(answer.error).toBe(`cdk-mcp: ${issuer} lacks what is required`);
  });

  test.each([
    [['check-provider'], 'name one issuer'],
    [['check-provider', 'https://a.example', 'https://b.example'], 'one issuer at a time'],
    [['check-provider', 'https://a.example', '--type', 'saml'], "unknown --type 'saml'"],
  ])('A15 fails on %j with exit code 2', async (args, message) => {
    expect(await cli(...args)).toMatchObject({ code: 2, error: expect.stringContaining(message) });
  });
});
