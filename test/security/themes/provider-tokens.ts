/** The guard before a plain OpenID provider: whatever the provider signs is no access token for this server by that. */
import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import type { TokenProfile } from '../../../lib/private/contract';
import { makeKeys, RESOURCE, sign, USER_CLIENT, userClaims } from '../../support/guard';
import {
  providerClaims,
  providerGuard,
  providerMachineClaims,
  signByHand,
  signProvider,
} from '../../support/provider-guard';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** As providers without `at+jwt` sign: ID tokens have the same header. */
const LAX: Partial<TokenProfile> = { types: ['jwt', 'none'] };

type Forge = (world: World) => string | Promise<string>;
type Row = readonly [what: string, forge: Forge, profile?: Partial<TokenProfile>];

const claims =
  (overrides: Record<string, unknown>, header: Record<string, unknown> = {}, of = providerClaims): Forge =>
  ({ keys }) =>
    signProvider(keys, of(overrides), header);

const ID_TOKEN = {
  aud: USER_CLIENT,
  client_id: undefined,
  scope: undefined,
  azp: USER_CLIENT,
  at_hash: 'x',
  nonce: 'y',
};

const FORGED: readonly Row[] = [
  ['alg none', () => `${encode({ alg: 'none', kid: 'key-1', typ: 'at+jwt' })}.${encode(providerClaims())}.`],
  [
    'HS256, keyed with the public key',
    async ({ keys }) => {
      const pem = await exportSPKI((await importJWK(keys.jwks.keys[0] as object, 'RS256')) as never);
      const input = `${encode({ alg: 'HS256', kid: 'key-1', typ: 'at+jwt' })}.${encode(providerClaims())}`;
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
  ],
  ["another issuer's key under a known id", async () => signProvider(await makeKeys(), providerClaims())],
  ['a key id nobody knows', claims({}, { kid: 'unknown' })],
  ['the type of an ID token', claims({}, { typ: 'JWT' })],
  ['no type', claims({}, { typ: undefined })],
  [
    'an extension that must be understood',
    ({ keys }) => signByHand(keys, providerClaims(), { alg: 'RS256', crit: ['x'], x: 1 }),
  ],
  ['all that an ID token has', claims(ID_TOKEN, { typ: 'JWT' }), LAX],
  ['the claims of an ID token, for this server', claims({ at_hash: 'x' }, { typ: 'JWT' }), LAX],
  ['the nonce of an ID token, for this server', claims({ nonce: 'x' }, { typ: undefined }), LAX],
  ['a key that its holder should prove', claims({ cnf: { jkt: 'x' } })],
  ['another resource', claims({ aud: 'https://other.example/mcp' })],
  ['several resources', claims({ aud: [RESOURCE, 'https://other.example/mcp'] })],
  ['no resource', claims({ aud: undefined })],
  ['another issuer', claims({ iss: 'https://evil.example' })],
  ['an expiry in the past', claims({ exp: now() - 1 })],
  ['a start in the future', claims({ nbf: now() + 600 })],
  ['a client nobody named', claims({ client_id: 'stranger' })],
  ['a client that is called like every client', claims({ client_id: '*' })],
  ['a client in another claim', claims({ client_id: undefined, azp: USER_CLIENT })],
  ['no scope of this server', claims({ scope: 'openid profile email' })],
  ['scopes in another claim', claims({ scope: undefined, scp: ['notes:read'] })],
  ['the client as its own user', claims({ sub: USER_CLIENT })],
  ['a machine nobody named', claims({ client_id: 'other', sub: 'other' }, {}, providerMachineClaims)],
  ['a machine’s scopes beyond its own', claims({ scope: 'notes:write' }, {}, providerMachineClaims)],
  ['a machine for another resource', claims({ aud: 'https://other.example' }, {}, providerMachineClaims)],
  ['another tenant', claims({ tid: 'tenant-2' }), { requiredClaims: { tid: 'tenant-1' } }],
];

export const providerTokens: Theme = {
  name: 'guard: tokens of a provider',
  attacks: [
    {
      attack: 'none: an honest token',
      expectation: 'the server answers',
      run: async ({ keys }) => {
        const { response, reached } = await providerGuard(keys)(await signProvider(keys, providerClaims()));
        return unless(response.status === 200 && reached === 1, `answered ${response.status}`);
      },
    },
    {
      attack: 'none: an honest token of a provider without at+jwt',
      expectation: 'the server answers',
      run: async ({ keys }) => {
        const token = await signProvider(keys, providerClaims(), { typ: 'JWT' });
        const { response, reached } = await providerGuard(keys, LAX)(token);
        return unless(response.status === 200 && reached === 1, `answered ${response.status}`);
      },
    },
    ...FORGED.map(
      ([what, forge, profile]): Attack => ({
        attack: `a token with ${what}`,
        expectation: '401 with the metadata, server not reached',
        run: async (world) => refused(world, await forge(world), profile),
      }),
    ),
    {
      attack: 'a token of Cognito, where the provider is another',
      expectation: '401, server not reached',
      run: async (world) => refused(world, await sign(world.keys, userClaims())),
    },
    {
      attack: 'a machine that claims a group',
      expectation: 'as an unknown tool',
      run: async ({ keys }) => {
        const token = await signProvider(keys, providerMachineClaims({ groups: ['admins'] }));
        const { response, reached } = await providerGuard(keys)(token, 'delete_note');
        const body = await response.text();
        return unless(reached === 0 && body.includes('not found'), body);
      },
    },
    {
      attack: 'a machine that holds more at the provider than it was given here',
      expectation: '403, server not reached',
      run: async ({ keys }) => {
        const token = await signProvider(keys, providerMachineClaims({ scope: 'notes:read notes:write' }));
        const { response, reached } = await providerGuard(keys)(token, 'add_note');
        return unless(response.status === 403 && reached === 0, `answered ${response.status}`);
      },
    },
  ],
};

async function refused({ keys }: World, token: string, profile: Partial<TokenProfile> = {}) {
  const { response, reached } = await providerGuard(keys, profile)(token);
  return firstOf(
    unless(reached === 0, 'the server was reached'),
    unless(response.status === 401, `answered ${response.status}`),
    unless((response.headers.get('www-authenticate') ?? '').includes('resource_metadata='), 'no challenge'),
  );
}
