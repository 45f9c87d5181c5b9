/** Which tokens are taken, and what the others are told. */
import { REFUSED } from '../../e2e/support/refused-tokens';
import { legacy, modern } from '../../e2e/support/requests';
import {
  bearer,
  expectStatus,
  expectUnauthorized,
  REFERENCES,
  type Reference,
  type Scenario,
  type Sent,
} from './scenario';

const { tokenRequirements, tokenHandling, accessTokens, signatures, sessions } = REFERENCES;
const INITIALIZE = legacy([
  'initialize',
  { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'conformance', version: '1' } },
]);

export const TOKENS: readonly Scenario[] = [
  unauthorized('no-token', 'A request without a token is refused with 401', tokenHandling, {}),
  unauthorized('no-token-initialize', 'initialize without a token is refused with 401', tokenHandling, {
    wire: INITIALIZE,
  }),
  unauthorized('no-token-discover', 'server/discover without a token is refused with 401', tokenHandling, {
    wire: modern(['server/discover', {}]),
  }),
  unauthorized('garbage-token', 'What is no token at all is refused with 401', tokenHandling, bearer('garbage')),
  unauthorized('other-scheme', 'Credentials of another scheme are refused with 401', tokenRequirements, {
    authorization: 'Basic dXNlcjpwYXNzd29yZA==',
  }),
  unauthorized('session-is-no-token', 'A session id does not stand in for a token', sessions, {
    headers: { 'mcp-session-id': 'f3b1d0a4-0000-4000-8000-000000000000' },
  }),
  {
    id: 'token-in-query',
    description: 'A token in the query string opens nothing',
    reference: tokenRequirements,
    run: async ({ forger, send }) => {
      const token = await forger.user();
      return expectStatus(await send({ query: `?access_token=${token}` }), 400, 401);
    },
  },
  {
    id: 'valid-token',
    description: 'A token that was issued for this server is taken',
    reference: tokenHandling,
    run: async ({ forger, send }) => expectStatus(await send(bearer(await forger.user())), 200),
  },
  {
    id: 'token-with-every-request',
    description: 'A request that follows an authorized one on the same connection needs a token too',
    reference: tokenRequirements,
    run: async ({ forger, send }) => {
      await send(bearer(await forger.user()));
      return expectUnauthorized(await send({}));
    },
  },
  refused('expired-token', 'An expired token is refused', tokenHandling, 'A3 an expired token'),
  refused('future-token', 'A token that is not valid yet is refused', accessTokens, 'A3 a token that is not valid yet'),
  refused('other-audience', 'A token for another resource is refused', tokenHandling, 'A3 a token of another resource'),
  refused(
    'no-audience',
    'A user token without an audience is refused',
    tokenHandling,
    'A3 a user token without an audience',
  ),
  refused('other-issuer', 'A token of another issuer is refused', accessTokens, 'A3 a token of another issuer'),
  refused('id-token', 'An ID token is refused', accessTokens, 'A3 an ID token'),
  refused(
    'id-token-in-disguise',
    'An ID token with audience and scope of this server is refused',
    accessTokens,
    'A3 an ID token with audience and scope of this server',
  ),
  refused('alg-none', 'An unsigned token is refused', signatures, 'A3 a token with alg none'),
  refused(
    'hs256-with-public-key',
    'A token signed HS256 with the public key is refused',
    signatures,
    'A3 a token signed HS256 with the public key',
  ),
  refused(
    'foreign-key',
    "A token signed by a stranger's key is refused",
    signatures,
    'A3 a token signed by a stranger under the key id of the pool',
  ),
  refused('revoked-grant', 'A token of a revoked grant is refused', tokenHandling, 'A11 a token of a revoked grant'),
];

function unauthorized(id: string, description: string, reference: Reference, sent: Sent): Scenario {
  return { id, description, reference, run: async ({ send }) => expectUnauthorized(await send(sent)) };
}

/** One of the tokens that the tests of the whole line know too. */
function refused(id: string, description: string, reference: Reference, name: string): Scenario {
  const known = REFUSED[name];
  if (known === undefined) throw new Error(`there is no token '${name}'`);
  return {
    id,
    description,
    reference,
    run: async ({ forger, stack, send }) => expectUnauthorized(await send(bearer(await known.token(forger, stack)))),
  };
}
