/** PKCE: left out, weakened, guessed. */
import { createHash } from 'node:crypto';
import { tokenRequest } from '../../support/broker';
import { type Attack, oauthError, type Theme, unless } from '../attack-row';
import { code, shown } from '../steps';

const DOWNGRADES: readonly (readonly [string, Record<string, string | undefined>])[] = [
  ['no challenge', { code_challenge: undefined, code_challenge_method: undefined }],
  ['a challenge without a method, which means plain', { code_challenge_method: undefined }],
  ['method plain', { code_challenge_method: 'plain' }],
  ['the method in another case', { code_challenge_method: 's256' }],
  ['an empty challenge', { code_challenge: '' }],
  ['a challenge too short to be a hash', { code_challenge: 'a'.repeat(42) }],
  ['a challenge too long to be a hash', { code_challenge: 'a'.repeat(44) }],
  ['a challenge of other letters', { code_challenge: '+'.repeat(43) }],
];

const short = 'a'.repeat(42);
const hash = (text: string) => createHash('sha256').update(text).digest('base64url');

export const pkce: Theme = {
  name: 'PKCE',
  attacks: [
    ...DOWNGRADES.map(
      ([what, overrides]): Attack => ({
        attack: `PKCE downgrade: ${what}`,
        expectation: 'invalid_request, no page',
        run: async ({ at }) => {
          const { reply } = await shown(at, overrides);
          return unless(/error=invalid_request/.test(reply.headers.Location ?? ''), `answered ${reply.status}`);
        },
      }),
    ),
    ...(
      [
        ['no verifier', () => ''],
        ['the challenge as the verifier', (challenge: string) => challenge],
        ["another client's verifier", () => 'a'.repeat(43)],
      ] as const
    ).map(
      ([what, verifier]): Attack => ({
        attack: `a stolen code with ${what}`,
        expectation: 'invalid_grant, and the code is not spent by it',
        run: async ({ at }) => {
          const { asked, fields } = await code(at);
          const stolen = { ...fields, code_verifier: verifier(asked.query.code_challenge ?? '') };
          const refused = oauthError(await tokenRequest(at, stolen), 'invalid_grant');
          return refused ?? unless((await tokenRequest(at, fields)).status === 200, 'the honest client is locked out');
        },
      }),
    ),
    {
      attack: 'a verifier too short to be unguessable',
      expectation: 'invalid_grant',
      run: async ({ at }) => {
        const { fields } = await code(at, { code_challenge: hash(short) });
        return oauthError(await tokenRequest(at, { ...fields, code_verifier: short }), 'invalid_grant');
      },
    },
    {
      attack: 'the upstream leg without PKCE, or with a verifier that repeats',
      expectation: 'S256 with a challenge of its own every time',
      run: async ({ at }) => {
        const urls = [await code(at), await code(at)].map(({ upstream }) => new URL(upstream).searchParams);
        const [one, other] = urls.map((params) => params.get('code_challenge'));
        const methods = urls.every((params) => params.get('code_challenge_method') === 'S256');
        return unless(methods && one !== null && one !== other, 'the upstream challenge is missing or repeats');
      },
    },
  ],
};
