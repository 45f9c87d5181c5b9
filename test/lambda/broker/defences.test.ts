/** Defences that no flow shows by itself. */
import { createBroker } from '../../../lambda/broker/broker';
import type { Client } from '../../../lambda/broker/clients/client';
import { readKeys } from '../../../lambda/broker/clients/public-keys';
import { authorizationServerMetadata } from '../../../lambda/broker/documents';
import { mayBeRemembered } from '../../../lambda/broker/flows/authorize';
import { networkOf } from '../../../lambda/broker/network-of';
import { Approvals } from '../../../lambda/broker/store/approvals';
import type { Grants } from '../../../lambda/broker/store/grants';
import type { Attributes, Table } from '../../../lambda/broker/store/table';
import { requireContract, url } from '../../../lambda/environment';
import { CONTRACT_VERSION } from '../../../lib/private/contract';
import { CLIENT, request, startBroker, type TestBroker, tokenRequest } from '../../support/broker';

const client: Client = {
  id: 'app',
  kind: 'pre-registered',
  name: 'App',
  redirectUris: [],
  authentication: { method: 'none' },
};
const asked = { clientId: 'app', redirectUri: 'https://client.example/cb', codeChallenge: 'x', scopes: ['a'] };

test('A7 an approval may be remembered for a client that somebody vouches for', () => {
  expect(mayBeRemembered(asked, client)).toBe(true);
  expect(mayBeRemembered(asked, { ...client, kind: 'metadata-document' })).toBe(true);
});

test('A7 an approval is never remembered for a client nobody vouches for, or a program on the machine', () => {
  expect(mayBeRemembered(asked, { ...client, kind: 'dynamic' })).toBe(false);
  expect(mayBeRemembered({ ...asked, redirectUri: 'http://127.0.0.1:1/cb' }, client)).toBe(false);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['no-address', 'no-address'],
])('A9 the costs of %s are counted to %s', (source, network) => {
  expect(networkOf(source)).toBe(network);
});

describe('an approval that is remembered', () => {
  let now = 0;
  let grants: { revoked?: number } | undefined;
  const items = new Map<string, Attributes>();
  const table = {
    put: async (key: string, item: Attributes) => Boolean(items.set(key, item)),
    get: async (key: string) => (Number(items.get(key)?.expires) > now ? items.get(key) : undefined),
  } as unknown as Table;
  let away = false;
  const find = async () => {
    if (away) throw new Error('the region does not answer');
    return grants;
  };
  const approvals = new Approvals(table, { find } as unknown as Grants, () => now, 100);
  beforeEach(async () => {
    now = 0;
    away = false;
    grants = {};
    items.clear();
    await approvals.remember(asked, 'browser', 'user', 'grant');
  });

  test('A7 counts for the same request in the same browser', async () => {
    expect(await approvals.userOf(asked, 'browser')).toBe('user');
  });

  test.each([
    ['browser', asked, 'another'],
    ['client', { ...asked, clientId: 'another' }, 'browser'],
    ['redirect URI', { ...asked, redirectUri: 'https://client.example/other' }, 'browser'],
    ['set of scopes', { ...asked, scopes: ['a', 'b'] }, 'browser'],
  ])('A7 counts for no other %s', async (_what, other, browser) => {
    expect(await approvals.userOf(other, browser)).toBeUndefined();
  });

  test('O2 A7 is asked for again while the region that has its grant is away', async () => {
    away = true;
    expect(await approvals.userOf(asked, 'browser')).toBeUndefined();
    away = false;
    expect(await approvals.userOf(asked, 'browser')).toBe('user');
  });

  test('A7 ends after its time, and with its grant', async () => {
    now = 101;
    expect(await approvals.userOf(asked, 'browser')).toBeUndefined();
    now = 99;
    expect(await approvals.userOf(asked, 'browser')).toBe('user');
    grants = { revoked: 1 };
    expect(await approvals.userOf(asked, 'browser')).toBeUndefined();
  });
});

test('A8 a key of a kind that is not for signing in public is refused, whatever is in it', () => {
  expect(readKeys({ keys: [{ kty: 'oct' }] })).toMatchObject({ ok: false });
  expect(readKeys({ keys: [{ kty: 'EC' }] })).toMatchObject({ ok: true });
});

describe('a broker', () => {
  let at: TestBroker;
  beforeAll(async () => {
    at = await startBroker();
  });
  afterAll(() => at.stop());

  test('A1 advertises registration and metadata documents only where they are on', () => {
    const { dynamic, ...clients } = at.config.clients;
    expect(authorizationServerMetadata({ ...at.config, clients: { dynamic } })).toHaveProperty('registration_endpoint');
    const off = authorizationServerMetadata({ ...at.config, clients });
    expect(off).not.toHaveProperty('registration_endpoint');
    expect(off).not.toHaveProperty('client_id_metadata_document_supported');
  });

  test('A5 A12 advertises S256 and no other method, and that its answers name it', () => {
    expect(authorizationServerMetadata(at.config)).toMatchObject({
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    });
  });

  test('A18 leaves named origins to the gateway, and says * where none is named', async () => {
    const document = request('GET', '/.well-known/oauth-authorization-server');
    const named = createBroker({ ...at.config, allowedOrigins: ['https://app.example.com'] }, at.services);
    expect((await named(document)).headers).not.toHaveProperty('Access-Control-Allow-Origin');
    expect((await at.broker(document)).headers['Access-Control-Allow-Origin']).toBe('*');
  });

  test('A18 documents are read and not written to', async () => {
    expect((await at.broker(request('POST', '/.well-known/oauth-authorization-server'))).status).toBe(405);
  });

  test('T9 what is wrong inside is an id outside', async () => {
    const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const fault = jest.spyOn(at.services.table, 'get').mockRejectedValue(new Error('password=hunter2'));
    const fields = { grant_type: 'refresh_token', client_id: CLIENT, refresh_token: 'x' };
    const reply = await tokenRequest(at, fields);
    const logged = write.mock.calls.join();
    write.mockRestore();
    fault.mockRestore();
    expect(reply.status).toBe(503);
    expect(reply.body).toContain('request-1');
    expect(reply.body).not.toContain('hunter2');
    expect(logged).toContain('hunter2');
  });
});

describe('the environment', () => {
  test.each(['https://a.example/', 'http://localhost:1/', 'http://127.0.0.1:1/', 'http://[::1]:1/'])(
    'O4 %s is taken',
    (value) => {
      expect(url({ X: value }, 'X')).toBe(value);
    },
  );

  test.each(['http://a.example/', 'http://localhost.a.example/', 'http://127.0.0.2/', 'ftp://localhost/', 'x'])(
    'O4 %s is refused: plain http is for loopback alone',
    (value) => {
      expect(() => url({ X: value }, 'X')).toThrow('X is');
    },
  );

  test('a contract that this runtime does not know is refused', () => {
    expect(() => requireContract({ X: CONTRACT_VERSION }, 'X')).not.toThrow();
    expect(() => requireContract({ X: '0' }, 'X')).toThrow('one version');
  });
});
