/** A provider, or a trigger in its pool, that answers with another token than the one that was asked for. */
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { grant, MACHINE, refresh, type TestBroker } from '../../support/broker';
import { type Attack, firstOf, oauthError, type Theme, unless } from '../attack-row';
import { READ, WRITE } from '../steps';

const TOKENS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['for another audience', { aud: 'https://other.example/mcp' }],
  ['for several audiences', { aud: ['https://mcp.example.com/mcp', 'https://other.example/mcp'] }],
  ['for no audience', { aud: undefined }],
  ["with another server's scopes alone", { scope: 'https://other.example/mcp/notes:read' }],
  ['with more scopes than the page showed', { scope: `${READ} ${WRITE}` }],
  ['that is an ID token', { token_use: 'id' }],
  ['of another client', { client_id: 'another-client' }],
  ['of a machine', { client_id: MACHINE, username: undefined }],
  ['of another issuer', { iss: 'https://other.example' }],
  ['without a subject', { sub: '' }],
  ['without the key of its grant', { origin_jti: undefined }],
  ['that has expired', { exp: 1 }],
];

/** From now on the provider's tokens have these claims instead. */
function answering({ provider }: TestBroker, overrides: Record<string, unknown>): void {
  const token = provider.token.bind(provider);
  provider.token = (claims) => token({ ...claims, ...overrides });
}

export const upstream: Theme = {
  name: 'upstream token',
  attacks: [
    ...TOKENS.map(
      ([what, claims]): Attack => ({
        attack: `the provider answers with a token ${what}`,
        expectation: 'not handed out; the upstream session ends',
        run: async ({ at }) => {
          answering(at, claims);
          const { tokens } = await grant(at);
          return firstOf(
            oauthError(tokens, 'server_error'),
            unless(at.provider.seen.at(-1)?.path === '/revoke', 'the upstream token lives on'),
          );
        },
      }),
    ),
    {
      attack: 'the provider answers with a token somebody else signed',
      expectation: 'not handed out',
      run: async ({ at }) => {
        const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        const token = at.provider.token.bind(at.provider);
        at.provider.token = async (claims) => {
          const [, payload] = (await token(claims)).split('.');
          const read = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString());
          return new SignJWT(read).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey);
        };
        return oauthError((await grant(at)).tokens, 'server_error');
      },
    },
    ...(
      [
        ['of another sign-in', { origin_jti: 'another' }],
        ['with more scopes than were granted', { scope: `${READ} ${WRITE}` }],
        ['for another audience', { aud: 'https://other.example/mcp' }],
      ] as const
    ).map(
      ([what, claims]): Attack => ({
        attack: `a refresh answered with a token ${what}`,
        expectation: 'not handed out',
        run: async ({ at }) => {
          const { tokens } = await grant(at);
          answering(at, claims);
          return oauthError(await refresh(at, tokens.json.refresh_token ?? ''), 'server_error');
        },
      }),
    ),
  ],
};
