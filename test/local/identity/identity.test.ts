import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, importJWK, type JWK, jwtVerify, SignJWT } from 'jose';
import type { Identity, IdentityConfig } from '../../../local/identity/config';
import { startIdentity } from '../../../local/identity/identity';
import { app, authorizeQuery, basic, machine, poolConfig } from './fixture';

let identity: Identity;
let config: IdentityConfig & { keyDir: string };
let issuer: string;
let domain: string;
const logged: string[] = [];

beforeAll(async () => {
  const [port, domainPort] = [await freePort(), await freePort()];
  issuer = `http://localhost:${port}/${poolConfig.poolId}`;
  domain = `http://localhost:${domainPort}`;
  config = {
    origin: { port },
    region: 'eu-central-1',
    keyDir: join(await mkdtemp(join(tmpdir(), 'identity-')), 'keys'),
    pools: [{ ...poolConfig, issuer, domain: { port: domainPort, managedLoginVersion: 2 } }],
  };
  identity = await startIdentity(config, (line) => logged.push(line));
});

afterAll(async () => {
  await identity.close();
  expect(await readdir(config.keyDir)).toEqual([]);
  await rm(config.keyDir, { recursive: true });
});

test('publishes a discovery document like that of Cognito, endpoints on the domain origin', async () => {
  const document = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  expect(document).toMatchObject({
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    authorization_endpoint: `${domain}/oauth2/authorize`,
    token_endpoint: `${domain}/oauth2/token`,
    userinfo_endpoint: `${domain}/oauth2/userInfo`,
    revocation_endpoint: `${domain}/oauth2/revoke`,
    end_session_endpoint: `${domain}/logout`,
  });
  expect(document).not.toHaveProperty('code_challenge_methods_supported');
  expect(document).not.toHaveProperty('authorization_response_iss_parameter_supported');
  expect(document).not.toHaveProperty('registration_endpoint');
});

test('publishes public keys only', async () => {
  const { keys } = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as { keys: JWK[] };
  expect(keys).toHaveLength(2);
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
});

test('issues tokens over HTTP that its published keys verify', async () => {
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const response = await fetch(`${domain}/oauth2/token`, { method: 'POST', body, headers: basic(machine) });
  const { access_token } = (await response.json()) as { access_token: string };
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  await expect(jwtVerify(access_token, keys, { issuer })).resolves.toBeDefined();
});

test('sends every cookie of a response over HTTP', async () => {
  const response = await fetch(`${domain}/login?${authorizeQuery()}`);
  expect(response.headers.getSetCookie()).toHaveLength(1);
});

test('answers unknown pools and operations the way Cognito does, naming the operation in the log', async () => {
  const unknown = await fetch(`http://localhost:${config.origin.port}/eu-central-1_Nobody/.well-known/jwks.json`);
  expect(unknown.status).toBe(400);
  const target = { 'x-amz-target': 'AWSCognitoIdentityProviderService.ListUsers' };
  const call = await fetch(`http://localhost:${config.origin.port}/`, { method: 'POST', body: '{}', headers: target });
  expect(call.status).toBe(400);
  expect(logged.join()).toContain('ListUsers');
});

test('refuses a body over 64 KB', async () => {
  const body = new URLSearchParams({ grant_type: 'x'.repeat(70_000) });
  const status = await fetch(`${domain}/oauth2/token`, { method: 'POST', body }).then(
    (response) => response.status,
    () => 'connection closed',
  );
  expect([413, 'connection closed']).toContain(status);
});

test('mints any token in process, for tests of refusals', async () => {
  const token = await identity.mint(poolConfig.poolId, { iss: issuer, exp: 1 });
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  await expect(jwtVerify(token, keys)).rejects.toThrow(/exp/);
  await expect(identity.mint('nobody', {})).rejects.toThrow("unknown pool 'nobody'");
});

test('leaves the access token key in the key folder, for its owner alone', async () => {
  const file = join(config.keyDir, `${poolConfig.poolId}.jwk.json`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const jwk = JSON.parse(await readFile(file, 'utf8')) as JWK & { kid: string };
  const header = { alg: 'RS256', kid: jwk.kid };
  const forged = await new SignJWT({ iss: issuer }).setProtectedHeader(header).sign(await importJWK(jwk));
  await expect(
    jwtVerify(forged, createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))),
  ).resolves.toBeDefined();
});

test('changes users at run time and refuses unknown users and groups', () => {
  expect(() => identity.setUser(poolConfig.poolId, 'ben', { groups: ['admins'] })).not.toThrow();
  expect(() => identity.setUser(poolConfig.poolId, 'eve', { enabled: false })).toThrow("unknown user 'eve'");
  expect(() => identity.setUser(poolConfig.poolId, 'ben', { groups: ['owners'] })).toThrow("unknown group 'owners'");
});

test('fails to start on a taken port, leaving nothing open', async () => {
  const free = await freePort();
  const pools = [{ ...poolConfig, domain: { port: config.origin.port, managedLoginVersion: 2 as const } }];
  await expect(startIdentity({ origin: { port: free }, region: 'eu-central-1', pools })).rejects.toThrow(
    `port ${config.origin.port} is in use: free it, or choose another`,
  );
  await expect(fetch(`http://localhost:${free}/`)).rejects.toThrow();
});

test('fails to start with a client Cognito would refuse', async () => {
  const pools = [{ ...poolConfig, clients: [{ ...app, scopes: ['nonsense'] }] }];
  await expect(startIdentity({ ...config, pools })).rejects.toThrow("scope 'nonsense' is of no resource server");
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
