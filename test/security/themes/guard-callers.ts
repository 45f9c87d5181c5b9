/** The guard: callers who call too often, address what is not theirs, or lend their token. */
import { tokenFor } from '../../../lambda/guard/downstream/derived-tokens';
import type { McpFetch } from '../../../lambda/guard/guard';
import type { Principal } from '../../../lambda/guard/principal';
import type { PolicyDocument } from '../../../lib/private/contract';
import { CONFIG, machineClaims, RESOURCE, sign, testGuard, toolCall, userClaims } from '../../support/guard';
import { hunt } from '../../support/hunt';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const START = Math.ceil(Date.now() / 60_000) * 60_000;
const LIFE = { exp: START / 1000 + 3_600 };
const BILLING = 'https://billing.example.com';

/** A guard with its own policy; `calls` sends bodies one after the other. */
function calling(world: World, policy: Partial<PolicyDocument>) {
  let now = START;
  const given: Parameters<McpFetch>[] = [];
  const server: McpFetch = async (...all) => {
    given.push(all);
    return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  };
  const config = { policy: { ...CONFIG.policy, ...policy }, userClients: [...CONFIG.userClients, 'second-client'] };
  const guard = testGuard(world.keys, server, { clock: () => now }, config);
  return {
    given,
    pass: (seconds: number) => {
      now += seconds * 1000;
    },
    post: async (body: unknown, claims: Record<string, unknown> = {}, headers: Record<string, string> = {}) => {
      const token = await sign(world.keys, userClaims({ ...LIFE, ...claims }));
      return (await guard.post(body, { token, headers })).status;
    },
  };
}

const TWO_A_MINUTE = { rateLimits: [{ calls: 2, seconds: 60, exact: false }] };
const call = () => toolCall('list_notes');

/** Two calls are let through, the third is sent by other means. */
const BEYOND: readonly (readonly [string, () => [unknown, Record<string, unknown>, Record<string, string>]])[] = [
  ['in the same way', () => [call(), {}, {}]],
  ['with another token', () => [call(), { jti: 'another', iat: 1 }, {}]],
  ['with another client of the same user', () => [call(), { client_id: 'second-client' }, {}]],
  ['in a batch', () => [[call()], {}, {}]],
  ['beside a list', () => [[{ jsonrpc: '2.0', id: 7, method: 'tools/list' }, call()], {}, {}]],
  ['as another tool', () => [toolCall('read_other'), {}, {}]],
  ['from another address', () => [call(), {}, { 'x-forwarded-for': '192.0.2.1', 'x-real-ip': '192.0.2.1' }]],
];

const TENANT = { contextHeaders: [{ header: 'x-tenant', claim: 'tenant', required: true }] };

const ELSEWHERE: readonly (readonly [string, unknown, Record<string, string>])[] = [
  ['of another tenant', call(), { 'x-tenant': 'globex' }],
  ['of both tenants', call(), { 'x-tenant': 'acme,globex' }],
  ['of no tenant', call(), {}],
  ['of a tenant that begins like its own', call(), { 'x-tenant': 'acme-dev' }],
  ['of its own tenant in other letters', call(), { 'x-tenant': 'Acme' }],
  ['of no tenant, behind a ping', [{ jsonrpc: '2.0', id: 9, method: 'ping' }, call()], {}],
  ['of another tenant, to begin with', { jsonrpc: '2.0', id: 1, method: 'initialize' }, { 'x-tenant': 'globex' }],
];

export const guardCallers: Theme = {
  name: 'guard: callers',
  attacks: [
    ...BEYOND.map(
      ([how, third]): Attack => ({
        attack: `a call beyond the rate limit, ${how}`,
        expectation: '429, server not reached; discovery and lists answered',
        run: async (world) => {
          const { given, post } = calling(world, TWO_A_MINUTE);
          const allowed = [await post(call()), await post(call())];
          const refused = await post(...third());
          const list = await post({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
          return firstOf(
            unless(allowed.join() === '200,200' && list === 200, `honest requests: ${allowed}, ${list}`),
            unless(refused === 429 && given.length === 3, `answered ${refused}`),
          );
        },
      }),
    ),
    {
      attack: 'waiting for the window to turn, to call twice as often around its end',
      expectation: '429: the window slides',
      run: async (world) => {
        const { post, pass } = calling(world, TWO_A_MINUTE);
        pass(58);
        const first = [await post(call()), await post(call())];
        pass(4);
        const second = await post(call());
        return unless(first.join() === '200,200' && second === 429, `answered ${first}, then ${second}`);
      },
    },
    {
      attack: 'made-up tools, so that the count of a real one is forgotten',
      expectation: '429',
      run: async (world) => {
        const rateLimits = [{ calls: 1, seconds: 60, eachTool: true, exact: false }];
        const { post } = calling(world, { rateLimits });
        await post(call());
        for (let first = 0; first < 200; first += 20) {
          await post(Array.from({ length: 20 }, (_, id) => toolCall(`read_${first + id}`, {}, id)));
        }
        return unless((await post(call())) === 429, 'it was forgotten');
      },
    },
    {
      attack: 'a default server, called without end',
      expectation: '429 after 300 calls in a minute',
      run: async (world) => {
        const { post } = calling(world, {});
        const batch = Array.from({ length: 20 }, (_, id) => toolCall('list_notes', {}, id));
        const answers: number[] = [];
        for (let round = 0; round < 16; round++) answers.push(await post(batch));
        return unless(answers.indexOf(429) === 15, `refused at ${answers.indexOf(429)}`);
      },
    },
    ...ELSEWHERE.map(
      ([what, body, headers]): Attack => ({
        attack: `a request ${what}`,
        expectation: '403, server not reached',
        run: async (world) => {
          const { given, post } = calling(world, TENANT);
          const own = await post(call(), { tenant: 'acme' }, { 'x-tenant': 'acme' });
          const refused = await post(body, { tenant: 'acme' }, headers);
          return firstOf(
            unless(own === 200, `its own: ${own}`),
            unless(refused === 403 && given.length === 1, `answered ${refused}`),
          );
        },
      }),
    ),
    {
      attack: 'a tool that looks for the token of its caller, to forward it',
      expectation: 'it is nowhere; a token of its own for declared services alone',
      run: async (world) => {
        const downstream = [{ audience: BILLING, scopes: ['notes:read'] }];
        const found: string[] = [];
        const reasons: string[] = [];
        const own = await sign(world.keys, userClaims());
        const server: McpFetch = async (request, { principal, body }) => {
          found.push(...hunt({ request, principal, body, environment: process.env }, own.slice(0, 60)));
          reasons.push(await reasonOf(principal, 'https://evil.example'), await reasonOf(principal, RESOURCE));
          return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
        };
        const guard = testGuard(world.keys, server, {}, { policy: { ...CONFIG.policy, downstream } });
        const { status } = await guard.post(call(), { token: own, headers: { cookie: own } });
        return firstOf(
          unless(status === 200, `answered ${status}`),
          unless(found.length === 0, `found at ${found[0]}`),
          unless(
            reasons.every((reason) => reason.includes('unknown audience')),
            reasons.join(),
          ),
        );
      },
    },
    {
      attack: 'a machine that wants a token in the name of a user',
      expectation: 'none, and the provider is not asked',
      run: async (world) => {
        const downstream = [{ audience: BILLING, scopes: ['notes:read'] }];
        const reasons: string[] = [];
        const server: McpFetch = async (_request, { principal }) => {
          reasons.push(await reasonOf(principal, BILLING));
          return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
        };
        const config = { policy: { ...CONFIG.policy, downstream }, exchangeClient: 'client-1' };
        await testGuard(world.keys, server, {}, config).post(call(), {
          token: await sign(world.keys, machineClaims()),
        });
        return unless(reasons[0]?.includes('machine client') ?? false, reasons.join());
      },
    },
  ],
};

async function reasonOf(principal: Principal, audience: string): Promise<string> {
  return tokenFor(principal, audience).then(
    () => 'a token was handed out',
    (error: Error) => error.message,
  );
}
