/** The guard: tokens that are forged, of another server, of nobody, or revoked. */
import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK, SignJWT } from 'jose';
import type { GuardDependencies } from '../../../lambda/guard/guard';
import { grantRevocation } from '../../../lambda/guard/tokens/revocation';
import {
  machineClaims,
  makeKeys,
  RESOURCE,
  read,
  sign,
  testGuard,
  toolCall,
  userClaims,
  write,
} from '../../support/guard';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);

/** A guard before a server that must not be reached. */
function guarded({ keys }: World, dependencies: GuardDependencies = {}) {
  let reached = 0;
  const server = async () => {
    reached += 1;
    return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  };
  return { ...testGuard(keys, server, dependencies), reached: () => reached };
}

async function refusedToken(world: World, token: string): Promise<string | undefined> {
  const { post, reached } = guarded(world);
  const { status, headers } = await post(toolCall('list_notes'), { token });
  return firstOf(
    unless(reached() === 0, 'the server was reached'),
    unless(status === 401, `answered ${status}`),
    unless((headers.get('www-authenticate') ?? '').includes('resource_metadata='), 'no challenge'),
  );
}

type Forge = (world: Pick<World, 'keys'>) => string | Promise<string>;
const claims =
  (overrides: Record<string, unknown>, of = userClaims): Forge =>
  ({ keys }) =>
    sign(keys, of(overrides));

export const FORGED_TOKENS: readonly (readonly [string, Forge])[] = [
  ['alg none', () => `${encode({ alg: 'none', kid: 'key-1' })}.${encode(userClaims())}.`],
  ['no signature', async ({ keys }) => `${(await sign(keys, userClaims())).split('.').slice(0, 2).join('.')}.`],
  [
    'HS256, keyed with the public key',
    async ({ keys }) => {
      const pem = await exportSPKI((await importJWK(keys.jwks.keys[0] as object, 'RS256')) as never);
      const input = `${encode({ alg: 'HS256', kid: 'key-1' })}.${encode(userClaims())}`;
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
  ],
  ["another issuer's key under a known id", async () => sign(await makeKeys(), userClaims())],
  ['a key id nobody knows', ({ keys }) => sign(keys, userClaims(), { kid: 'unknown' })],
  [
    'a key that it brings along',
    async () => {
      const other = await makeKeys();
      const header = { alg: 'RS256', kid: 'key-1', jwk: other.jwks.keys[0], jku: 'https://evil.example/' };
      return new SignJWT(userClaims()).setProtectedHeader(header as never).sign(other.privateKey);
    },
  ],
  [
    'changed claims',
    async ({ keys }) => {
      const [header, , signature] = (await sign(keys, userClaims())).split('.');
      return `${header}.${encode(userClaims({ sub: 'admin' }))}.${signature}`;
    },
  ],
  ['another resource', claims({ aud: 'https://other.example/mcp' })],
  ['this resource with a slash', claims({ aud: `${RESOURCE}/` })],
  ['several resources', claims({ aud: [RESOURCE, 'https://other.example/mcp'] })],
  ['no resource', claims({ aud: undefined })],
  ['another issuer', claims({ iss: 'https://evil.example' })],
  ['the use of an ID token', claims({ token_use: 'id' })],
  ['no use', claims({ token_use: undefined })],
  ['an expiry in the past', claims({ exp: now() - 1 })],
  ['no expiry', claims({ exp: undefined })],
  ['a start in the future', claims({ nbf: now() + 600 })],
  ['a client nobody listed', claims({ client_id: 'stranger' })],
  ['no client', claims({ client_id: undefined })],
  ['no scope of this server', claims({ scope: 'openid https://other.example/mcp/notes:read' })],
  ['scopes of a server whose address is as long as ours', claims({ scope: read.replace('mcp.', 'abc.') })],
  ['scopes this server does not declare', claims({ scope: `${RESOURCE}/admin` })],
  ['no subject', claims({ sub: '' })],
  ['a machine nobody listed', claims({ client_id: 'stranger', sub: 'stranger' }, machineClaims)],
  ['a machine with scopes of two servers', claims({ scope: `${read} https://other.example/mcp/x` }, machineClaims)],
  ['a machine with a user', claims({ username: 'ada' }, machineClaims)],
  ['a machine with an audience', claims({ aud: RESOURCE }, machineClaims)],
  ['no JWT', () => 'a.b.c'],
  ['no end', () => 'a'.repeat(20_000)],
];

export const guardTokens: Theme = {
  name: 'guard: tokens',
  attacks: [
    {
      attack: 'none: an honest token',
      expectation: 'the server answers',
      run: async (world) => {
        const { post, reached } = guarded(world);
        const { status } = await post(toolCall('list_notes'), { token: await sign(world.keys, userClaims()) });
        return unless(status === 200 && reached() === 1, `answered ${status}`);
      },
    },
    ...FORGED_TOKENS.map(
      ([what, forge]): Attack => ({
        attack: `a token with ${what}`,
        expectation: '401 with the metadata, server not reached',
        run: async (world) => refusedToken(world, await forge(world)),
      }),
    ),
    {
      attack: 'a token in the query',
      expectation: '400, server not reached',
      run: async (world) => {
        const { post, reached } = guarded(world);
        const url = `${RESOURCE}?access_token=${await sign(world.keys, userClaims())}`;
        const { status } = await post(toolCall('list_notes'), { url });
        return unless(status === 400 && reached() === 0, `answered ${status}`);
      },
    },
    ...(['', 'Basic eDp5', 'Bearer a b', 'Bearer a.b.c, Bearer d.e.f'] as const).map(
      (authorization): Attack => ({
        attack: `the header '${authorization}'`,
        expectation: '401, server not reached',
        run: async (world) => {
          const { post, reached } = guarded(world);
          const { status } = await post(toolCall('list_notes'), { headers: { authorization } });
          return unless(status === 401 && reached() === 0, `answered ${status}`);
        },
      }),
    ),
    {
      attack: 'an expired token that was seen before it expired',
      expectation: '401 although it is cached',
      run: async (world) => {
        let clock = Date.now();
        const { post } = guarded(world, { clock: () => clock });
        const token = await sign(world.keys, userClaims({ exp: Math.floor(clock / 1000) + 60 }));
        const before = await post(toolCall('list_notes'), { token });
        clock += 61_000;
        const { status } = await post(toolCall('list_notes'), { token });
        return unless(before.status === 200 && status === 401, `answered ${status}`);
      },
    },
    {
      attack: 'a token whose grant was revoked, cache warm, clock moved',
      expectation: '401 within 60 seconds',
      run: async (world) => {
        let clock = Date.now();
        let revoked = false;
        const revocation = grantRevocation(async () => ({ client: 'app', expires: clock / 1000 + 9_000, revoked }));
        const { post } = guarded(world, { revocation, clock: () => clock });
        const token = await sign(world.keys, userClaims({ origin_jti: 'origin' }));
        const before = await post(toolCall('list_notes'), { token });
        revoked = true;
        clock += 60_000;
        const { status } = await post(toolCall('list_notes'), { token });
        return unless(before.status === 200 && status === 401, `answered ${status}`);
      },
    },
    ...(
      [
        ['without a grant', {}, async () => undefined, 401],
        [
          'without the key of its grant',
          { origin_jti: undefined },
          async () => ({ client: 'a', expires: 9e9, revoked: false }),
          401,
        ],
        ['whose grant has ended', {}, async () => ({ client: 'a', expires: 1, revoked: false }), 401],
        ['while nobody can say whether it is revoked', {}, () => Promise.reject(new Error('down')), 503],
      ] as const
    ).map(
      ([what, overrides, readGrant, expected]): Attack => ({
        attack: `a token ${what}`,
        expectation: `${expected}, server not reached`,
        run: async (world) => {
          const { post, reached } = guarded(world, { revocation: grantRevocation(readGrant) });
          const token = await sign(world.keys, userClaims({ origin_jti: 'origin', ...overrides }));
          const { status } = await post(toolCall('list_notes'), { token });
          return unless(status === expected && reached() === 0, `answered ${status}`);
        },
      }),
    ),
    {
      attack: 'a machine that asks for a tool beyond its scopes',
      expectation: '403, server not reached',
      run: async (world) => {
        const { post, reached } = guarded(world);
        const { status } = await post(toolCall('add_note'), { token: await sign(world.keys, machineClaims()) });
        return unless(status === 403 && reached() === 0, `answered ${status}`);
      },
    },
    {
      attack: 'a machine that claims a group',
      expectation: 'as an unknown tool',
      run: async (world) => {
        const { post, reached } = guarded(world);
        const token = await sign(
          world.keys,
          machineClaims({ scope: `${read} ${write}`, 'cognito:groups': ['admins'] }),
        );
        const body = await (await post(toolCall('delete_note'), { token })).text();
        return unless(reached() === 0 && body.includes('not found'), body);
      },
    },
  ],
};
