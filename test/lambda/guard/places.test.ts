import { Places } from '../../../lambda/guard/places';
import { type Keys, makeKeys, sign, testGuardWith, toolCall, USER, userClaims } from '../../support/guard';

const ben = { ...USER, id: 'ben' };

test('T8 a principal has so many places and no more, others have theirs', () => {
  const places = new Places(2);
  const first = places.take(USER);
  expect(places.take(USER)).toBeDefined();
  expect(places.take(USER)).toBeUndefined();
  expect(places.take(ben)).toBeDefined();
  first?.();
  first?.();
  expect(places.take(USER)).toBeDefined();
  expect(places.take(USER)).toBeUndefined();
});

describe('behind a guard', () => {
  let keys: Keys;
  beforeAll(async () => {
    keys = await makeKeys();
  });

  test('T8 one principal cannot take all places of an instance, and gets its own back', async () => {
    const waiting: (() => void)[] = [];
    const answer = () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    const server = () => new Promise<Response>((resolve) => waiting.push(() => resolve(answer())));
    const guarded = testGuardWith(keys, server, { limits: { concurrency: 18 } });
    const ada = await sign(keys, userClaims({ sub: 'ada' }));
    const other = await sign(keys, userClaims({ sub: 'ben' }));
    const call = (token: string) => guarded.post(toolCall('read_note', { id: '1' }), { token });
    const open = Array.from({ length: 9 }, () => call(ada));
    while (waiting.length < 9) await new Promise((resolve) => setTimeout(resolve, 1));
    const refused = await call(ada);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    const theirs = call(other);
    while (waiting.length < 10) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const go of waiting.splice(0)) go();
    for (const response of await Promise.all([...open, theirs])) expect(response.status).toBe(200);
    const again = call(ada);
    while (waiting.length < 1) await new Promise((resolve) => setTimeout(resolve, 1));
    for (const go of waiting.splice(0)) go();
    expect((await again).status).toBe(200);
  });

  test('T8 a server that answers with nothing is an error, and gives its places back', async () => {
    const nothing = () => Promise.resolve(undefined as unknown as Response);
    const guarded = testGuardWith(keys, nothing, { limits: { concurrency: 16 } });
    const token = await sign(keys, userClaims());
    for (let call = 0; call < 9; call++) {
      expect((await guarded.post(toolCall('read_note', { id: '1' }), { token })).status).toBe(500);
    }
    expect(guarded.records.filter(({ type }) => type === 'audit')).toHaveLength(9);
  });
});
