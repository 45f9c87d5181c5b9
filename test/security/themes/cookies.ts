/** The browser's cookie: planted, doubled, guessed, taken from a place that anybody can write to. */
import { browserCookie } from '../../../lambda/broker/cookie';
import { form } from '../../support/broker';
import { type Attack, pageOnly, type Theme, unless } from '../attack-row';
import { post, shown } from '../steps';

const PLANTED = 'a'.repeat(43);

const TOSSED: readonly (readonly [string, (own: string) => readonly string[]])[] = [
  ['a second one beside it', (own) => [own, `__Host-mcp-tx=${PLANTED}`]],
  ['a second one before it', (own) => [`__Host-mcp-tx=${PLANTED}`, own]],
  ['both in one header', (own) => [`${own}; __Host-mcp-tx=${PLANTED}`]],
  ['one without the prefix', (own) => [own.replace('__Host-', '')]],
  ['one with another prefix', (own) => [own.replace('__Host-', '__Secure-')]],
  ['one in another case', (own) => [own.replace('__Host-', '__host-')]],
  ['one in quotes', (own) => [own.replace(/=(.*)/, '="$1"')]],
  ['one with more behind it', (own) => [`${own}x`]],
  ['an empty one', () => ['__Host-mcp-tx=']],
  ['one with white space inside', (own) => [own.replace('__Host-mcp-tx', '__Host-mcp-tx ')]],
];

export const cookies: Theme = {
  name: 'cookie',
  attacks: [
    ...TOSSED.map(
      ([what, toss]): Attack => ({
        attack: `cookie tossing: ${what}`,
        expectation: 'the approval is refused',
        run: async ({ at }) => {
          const { browser, fields } = await shown(at);
          const body = form({ ...fields, decision: 'approve' });
          return pageOnly(await post(at, '/oauth2/consent', body, { cookies: toss(browser.cookie ?? '') }));
        },
      }),
    ),
    {
      attack: 'a cookie that scripts, other hosts or plain http could read or set',
      expectation: '__Host-, Secure, HttpOnly, SameSite=Lax, Path=/, no Domain',
      run: async ({ at }) => {
        const { reply } = await shown(at);
        const [set = ''] = reply.cookies ?? [];
        const parts = set.split('; ').map((part) => part.toLowerCase());
        const all = ['secure', 'httponly', 'samesite=lax', 'path=/'].every((part) => parts.includes(part));
        return unless(set.startsWith('__Host-') && all && !/domain/i.test(set), set);
      },
    },
    {
      attack: 'a cookie that says who or what it is for',
      expectation: 'random, another one for every browser',
      run: async ({ at }) => {
        const [one, other] = [(await shown(at)).browser.cookie, (await shown(at)).browser.cookie];
        return unless(one !== other && /^__Host-mcp-tx=[\w-]{43}$/.test(one ?? ''), `${one}`);
      },
    },
    {
      attack: 'the plain cookie of a laptop read on https',
      expectation: 'each configuration reads its own name alone',
      run: async () => {
        const [secure, plain] = [browserCookie(false), browserCookie(true)];
        const crossed = [secure.read([`mcp-tx=${PLANTED}`]), plain.read([`__Host-mcp-tx=${PLANTED}`])];
        return unless(
          crossed.every((value) => value === undefined),
          'it was read',
        );
      },
    },
  ],
};
