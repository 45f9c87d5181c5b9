/** Authorization codes: replayed, raced, borrowed. */
import { CONFIDENTIAL, LOOPBACK, refresh, SECRET, tokenRequest } from '../../support/broker';
import { type Attack, firstOf, oauthError, type Theme, unless } from '../attack-row';
import { basic, code } from '../steps';

const BORROWED: readonly (readonly [string, Record<string, string>, object])[] = [
  ['by another client', { client_id: CONFIDENTIAL }, basic(CONFIDENTIAL, SECRET)],
  ['for another redirect URI', { redirect_uri: LOOPBACK }, {}],
  ['without a redirect URI', { redirect_uri: '' }, {}],
  ['in another case', { code: 'changed' }, {}],
];

export const codes: Theme = {
  name: 'code',
  attacks: [
    {
      attack: 'a code redeemed twice',
      expectation: 'invalid_grant, and the first redemption’s grant ends',
      run: async ({ at }) => {
        const { fields } = await code(at);
        const first = await tokenRequest(at, fields);
        return firstOf(
          oauthError(await tokenRequest(at, fields), 'invalid_grant'),
          oauthError(await refresh(at, first.json.refresh_token ?? ''), 'invalid_grant'),
        );
      },
    },
    {
      attack: 'a code redeemed a hundred times at once',
      expectation: 'one wins, the provider is asked once, the grant ends',
      run: async ({ at }) => {
        const { fields } = await code(at);
        const replies = await Promise.all(Array.from({ length: 100 }, () => tokenRequest(at, fields)));
        const won = replies.filter(({ status }) => status === 200);
        const redeemed = at.provider.seen.filter(({ form }) => form.get('grant_type') === 'authorization_code').length;
        return firstOf(
          unless(won.length === 1, `${won.length} redemptions won`),
          unless(redeemed === 1, `the provider was asked ${redeemed} times`),
          oauthError(await refresh(at, won[0]?.json.refresh_token ?? ''), 'invalid_grant'),
        );
      },
    },
    ...BORROWED.map(
      ([what, changed, headers]): Attack => ({
        attack: `a code redeemed ${what}`,
        expectation: 'invalid_grant, provider not asked, code not spent',
        run: async ({ at }) => {
          const { fields, code: value } = await code(at);
          const altered = { ...fields, ...changed, ...(changed.code && { code: swapCase(value) }) };
          const refused = oauthError(
            await tokenRequest(at, altered, headers as Record<string, string>),
            'invalid_grant',
          );
          return firstOf(
            refused,
            unless(at.provider.seen.length === 0, 'the provider was asked'),
            unless((await tokenRequest(at, fields)).status === 200, 'the honest client is locked out'),
          );
        },
      }),
    ),
    {
      attack: 'a code for another resource',
      expectation: 'invalid_target',
      run: async ({ at }) => {
        const { fields } = await code(at);
        return oauthError(
          await tokenRequest(at, { ...fields, resource: 'https://other.example/mcp' }),
          'invalid_target',
        );
      },
    },
    {
      attack: 'a code a minute late',
      expectation: 'invalid_grant, provider not asked',
      run: async ({ at }) => {
        const { fields } = await code(at);
        at.ahead = 61;
        const refused = oauthError(await tokenRequest(at, fields), 'invalid_grant');
        return refused ?? unless(at.provider.seen.length === 0, 'the provider was asked');
      },
    },
    {
      attack: 'a replay while the provider fails, to have the code made valid again',
      expectation: 'no grant that lives',
      run: async ({ at }) => {
        const { fields } = await code(at);
        at.provider.mode = 'error';
        const raced = await Promise.all([tokenRequest(at, fields), tokenRequest(at, fields)]);
        if (!raced.some(({ json }) => json.error === 'invalid_grant')) return undefined;
        at.provider.mode = 'ok';
        const again = await tokenRequest(at, fields);
        const handle = again.json.refresh_token;
        return handle === undefined
          ? oauthError(again, 'invalid_grant')
          : oauthError(await refresh(at, handle), 'invalid_grant');
      },
    },
    {
      attack: 'the answer with tokens kept by a cache',
      expectation: 'no-store',
      run: async ({ at }) => {
        const { fields } = await code(at);
        const { headers } = await tokenRequest(at, fields);
        return unless(headers['Cache-Control'] === 'no-store', 'the answer may be kept');
      },
    },
  ],
};

const swapCase = (text: string) =>
  text.replace(/[a-z]/i, (letter) => (letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase()));
