import { readMetadataDocument } from '../../../../lambda/broker/clients/metadata-document';

const ID = 'https://client.example.org/oauth/client.json';
const REDIRECTS = ['https://client.example.org/callback', 'http://127.0.0.1/callback'];
const KEY = { kty: 'EC', crv: 'P-256', x: 'AA', y: 'BB', kid: '1', alg: 'ES256', use: 'sig' };

const document = (changes: object = {}) => ({
  client_id: ID,
  client_name: 'Example',
  redirect_uris: REDIRECTS,
  ...changes,
});
const read = (changes: object = {}) => readMetadataDocument(ID, document(changes));
const clientOf = (changes: object = {}) => {
  const result = read(changes);
  if (!result.ok) throw new Error(result.problem);
  return result.client;
};

test('A8 a document becomes a client, vouched for by the host it came from', () => {
  expect(clientOf()).toEqual({
    id: ID,
    kind: 'metadata-document',
    name: 'Example',
    host: 'client.example.org',
    redirectUris: REDIRECTS,
    authentication: { method: 'none' },
  });
});

test('a document without a name is called by its host', () => {
  expect(clientOf({ client_name: undefined }).name).toBe('client.example.org');
});

test('properties that mean nothing here are let be', () => {
  expect(read({ logo_uri: 'javascript:alert(1)', scope: 'a b', software_id: 'x', contacts: [] })).toMatchObject({
    ok: true,
  });
});

test.each([[undefined], [null], [[]], ['{}'], [42], [true]])('A8 refuses %j, which is no document', (body) => {
  expect(readMetadataDocument(ID, body)).toMatchObject({ ok: false });
});

test.each([
  ['absent', undefined],
  ['another', 'https://client.example.org/other.json'],
  ['the same but for a slash', `${ID}/`],
  ['the same but for case', 'https://Client.example.org/oauth/client.json'],
  ['the same with the default port', 'https://client.example.org:443/oauth/client.json'],
  ['a list', [ID]],
])('A8 refuses a client_id that is not the address: %s', (_what, clientId) => {
  expect(read({ client_id: clientId })).toMatchObject({ ok: false, problem: expect.stringContaining('client_id') });
});

describe('A6 redirect URIs', () => {
  test('that cannot be used here are left out, the others stay', () => {
    const uris = ['com.example.app:/callback', 'http://evil.example/cb', 42, ...REDIRECTS];
    expect(clientOf({ redirect_uris: uris }).redirectUris).toEqual(REDIRECTS);
  });

  test.each([
    ['absent', undefined],
    ['no list', REDIRECTS[0]],
    ['none', []],
    ['none that can be used', ['com.example.app:/callback', 'javascript:alert(1)', 'http://example.com/cb']],
    ['too many', Array.from({ length: 51 }, (_, index) => `https://client.example.org/${index}`)],
  ])('fails when they are %s', (_what, uris) => {
    expect(read({ redirect_uris: uris })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('redirect_uris'),
    });
  });
});

test.each<[unknown]>([
  ['client_secret_basic'],
  ['client_secret_post'],
  ['client_secret_jwt'],
  ['tls_client_auth'],
  [''],
  [['none']],
  [7],
])('A8 refuses to authenticate a client by %j', (method) => {
  expect(read({ token_endpoint_auth_method: method })).toMatchObject({
    ok: false,
    problem: expect.stringContaining('token_endpoint_auth_method'),
  });
});

test.each(['client_secret', 'client_secret_expires_at'])('A8 refuses a document with %s', (name) => {
  expect(read({ [name]: 0 })).toMatchObject({ ok: false, problem: expect.stringContaining(name) });
});

describe('A8 private_key_jwt', () => {
  const signing = (changes: object) => read({ token_endpoint_auth_method: 'private_key_jwt', ...changes });

  test('with keys in the document', () => {
    const { authentication } = clientOf({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [KEY] } });
    expect(authentication).toEqual({ method: 'private_key_jwt', jwks: { keys: [KEY] } });
  });

  test('with keys on the same host', () => {
    const jwksUri = 'https://client.example.org/jwks.json';
    const { authentication } = clientOf({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri });
    expect(authentication).toEqual({ method: 'private_key_jwt', jwksUri });
  });

  test.each([
    ['no keys at all', {}],
    ['keys in two places', { jwks: { keys: [KEY] }, jwks_uri: 'https://client.example.org/jwks.json' }],
    ['keys that are no list', { jwks: { keys: KEY } }],
    ['keys on another host', { jwks_uri: 'https://evil.example/jwks.json' }],
    ['keys on a subdomain', { jwks_uri: 'https://a.client.example.org/jwks.json' }],
    ['keys on another port', { jwks_uri: 'https://client.example.org:8443/jwks.json' }],
    ['keys over http', { jwks_uri: 'http://client.example.org/jwks.json' }],
    ['keys behind a user', { jwks_uri: 'https://client.example.org@evil.example/jwks.json' }],
    ['keys behind dot segments', { jwks_uri: 'https://client.example.org/a/../jwks.json' }],
    ['keys behind a fragment', { jwks_uri: 'https://client.example.org/jwks.json#x' }],
    ['keys at no address', { jwks_uri: 42 }],
  ])('refused with %s', (_what, changes) => {
    expect(signing(changes)).toMatchObject({ ok: false });
  });
});

test.each([
  ['grant_types', ['client_credentials'], ['authorization_code', 'refresh_token']],
  ['response_types', ['token'], ['code']],
])('A8 %s without %j is refused, with what is needed taken', (name, without, complete) => {
  expect(read({ [name]: without })).toMatchObject({ ok: false, problem: expect.stringContaining(name) });
  expect(read({ [name]: 'code authorization_code' })).toMatchObject({ ok: false });
  expect(read({ [name]: complete })).toMatchObject({ ok: true });
});

test.each([[''], ['x'.repeat(201)], [42], [null]])('A8 refuses the name %j', (name) => {
  expect(read({ client_name: name })).toMatchObject({ ok: false, problem: expect.stringContaining('client_name') });
});
