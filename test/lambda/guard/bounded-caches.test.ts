/** What is remembered between calls stays within bounds, whatever is thrown at it. */
import type { McpServer } from '@modelcontextprotocol/server';
import type { Principal } from '../../../lambda/guard/principal';
import { ok } from '../../../lambda/guard/result';
import { type GrantState, grantRevocation } from '../../../lambda/guard/tokens/revocation';
import { TokenCache } from '../../../lambda/guard/tokens/token-cache';
import { pooled } from '../../../lambda/serve/pool';
import { USER } from '../../support/guard';

test('T8 the cache of tokens forgets the oldest beyond a thousand', () => {
  const cache = new TokenCache();
  const principal = {} as Principal;
  for (let n = 0; n < 5_000; n++) cache.set(`token-${n}`, principal);
  const kept = Array.from({ length: 5_000 }, (_, n) => cache.get(`token-${n}`)).filter((each) => each !== undefined);
  expect(kept).toHaveLength(1_000);
  expect(cache.get('token-4999')).toBe(principal);
});

test('T8 the cache of grants forgets the oldest beyond a thousand', async () => {
  const reads: string[] = [];
  const grant: GrantState = { client: 'app', expires: 9e9, revoked: false };
  const check = grantRevocation(async (origin) => {
    reads.push(origin);
    return grant;
  });
  const ask = (n: number) => check({ ...USER, claims: { origin_jti: `origin-${n}` } }, 0);
  for (let n = 0; n < 1_500; n++) await ask(n);
  reads.length = 0;
  await ask(1_499);
  expect(reads).toEqual([]);
  await ask(0);
  expect(reads).toEqual(['origin-0']);
  expect(await ask(0)).toEqual(ok({ ...USER, claims: { origin_jti: 'origin-0' }, client: 'app' }));
});

test.each(['modern', 'legacy'] as const)(
  'T8 the pool keeps no more than 32 idle servers of the %s era',
  async (era) => {
    let built = 0;
    const lend = pooled(() => {
      built += 1;
      return { server: {} } as McpServer;
    });
    const many = async () => Promise.all(Array.from({ length: 100 }, () => lend({ era } as never)));
    for (const { server } of await many()) server.onclose?.();
    expect(built).toBe(100);
    await many();
    expect(built).toBe(168);
  },
);
