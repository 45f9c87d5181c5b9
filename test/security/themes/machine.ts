/** Machine clients: the broker as an oracle for the provider, or as a way round it. */
import { CLIENT, CONFIDENTIAL, MACHINE, SECRET, tokenRequest } from '../../support/broker';
import { type Attack, firstOf, oauthError, pageOnly, type Theme, unless } from '../attack-row';
import { authorizeAs, basic, READ } from '../steps';

const NOT_FORWARDED: readonly (readonly [string, Record<string, string>, Record<string, string>, string])[] = [
  ['an id nobody listed', {}, basic('stranger', 's'), 'invalid_client'],
  ["the broker's own id", {}, basic('upstream-client', 'upstream-secret'), 'invalid_client'],
  ['a public client', { client_id: CLIENT }, {}, 'invalid_client'],
  ['a confidential client of users', {}, basic(CONFIDENTIAL, SECRET), 'invalid_client'],
  ['no secret', { client_id: MACHINE }, {}, 'invalid_client'],
  ['an id in another case', {}, basic(MACHINE.toUpperCase(), 's'), 'invalid_client'],
  ["another server's scope", { scope: 'https://other.example/mcp/read' }, basic(MACHINE, 's'), 'invalid_scope'],
  ['an unqualified scope', { scope: 'notes:read' }, basic(MACHINE, 's'), 'invalid_scope'],
  ['another resource', { resource: 'https://other.example/mcp' }, basic(MACHINE, 's'), 'invalid_target'],
];

const OTHER_GRANTS = [
  'password',
  'implicit',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
  'CLIENT_CREDENTIALS',
  '',
];

export const machine: Theme = {
  name: 'machine clients',
  attacks: [
    ...NOT_FORWARDED.map(
      ([what, fields, headers, error]): Attack => ({
        attack: `client_credentials for ${what}`,
        expectation: `${error}, and the provider is not asked`,
        run: async ({ at }) => {
          const reply = await tokenRequest(at, { grant_type: 'client_credentials', ...fields }, headers);
          return oauthError(reply, error) ?? unless(at.provider.seen.length === 0, 'it was passed on');
        },
      }),
    ),
    {
      attack: 'the answer as an oracle: which ids are listed',
      expectation: 'the same for an unknown id as for a known one without a secret',
      run: async ({ at }) => {
        const [known, unknown] = [MACHINE, 'stranger'].map((id) =>
          tokenRequest(at, { grant_type: 'client_credentials', client_id: id }),
        );
        return unless((await known)?.body === (await unknown)?.body, 'the answers differ');
      },
    },
    {
      attack: "a wrong secret: the provider's answer, its headers, its words",
      expectation: "the broker's words",
      run: async ({ at }) => {
        at.provider.mode = 'refused';
        const reply = await tokenRequest(at, { grant_type: 'client_credentials' }, basic(MACHINE, 'wrong'));
        return firstOf(
          oauthError(reply, 'invalid_grant', 'invalid_client'),
          unless(
            reply.json.error_description === 'the provider refused the request',
            `${reply.json.error_description}`,
          ),
        );
      },
    },
    {
      attack: 'parameters smuggled to the provider',
      expectation: 'only the grant type and own scopes are passed on',
      run: async ({ at }) => {
        const extra = { aws_client_metadata: '{}', username: 'admin', scope: `${READ} openid https://other.example/x` };
        await tokenRequest(at, { grant_type: 'client_credentials', ...extra }, basic(MACHINE, 's'));
        const sent = Object.fromEntries(at.provider.seen[0]?.form ?? []);
        return unless(
          JSON.stringify(sent) === JSON.stringify({ grant_type: 'client_credentials', scope: READ }),
          JSON.stringify(sent),
        );
      },
    },
    {
      attack: 'a machine client that signs users in',
      expectation: 'page: no such client',
      run: async (world) => pageOnly(await authorizeAs(world, world.source(), { client_id: MACHINE })),
    },
    {
      attack: "a machine client's secret at the other grants",
      expectation: 'invalid_client',
      run: async ({ at }) => {
        const fields = { grant_type: 'refresh_token', refresh_token: 'x' };
        return oauthError(await tokenRequest(at, fields, basic(MACHINE, 's')), 'invalid_client');
      },
    },
    ...OTHER_GRANTS.map(
      (grantType): Attack => ({
        attack: `the grant '${grantType}'`,
        expectation: 'refused, and the provider is not asked',
        run: async ({ at }) => {
          const fields = { grant_type: grantType, username: 'ada', password: 'x', subject_token: 'x' };
          const reply = await tokenRequest(at, fields, basic(MACHINE, 's'));
          return (
            oauthError(reply, 'unsupported_grant_type') ?? unless(at.provider.seen.length === 0, 'it was passed on')
          );
        },
      }),
    ),
  ],
};
