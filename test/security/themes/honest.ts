/** Honest clients, first: where these fail, nothing below proves anything. */
import { authorizationRequest, grant, MACHINE, REDIRECT, refresh, tokenRequest } from '../../support/broker';
import { type Theme, unless } from '../attack-row';
import { basic, READ, register } from '../steps';

export const honest: Theme = {
  name: 'honest clients',
  attacks: [
    {
      attack: 'none: a pre-registered client signs a user in',
      expectation: 'tokens, and a refresh',
      run: async ({ at }) => {
        const { tokens } = await grant(at);
        const next = await refresh(at, tokens.json.refresh_token ?? '');
        return unless(tokens.status === 200 && next.status === 200, `answered ${tokens.status}, ${next.status}`);
      },
    },
    {
      attack: 'none: a native client takes another loopback port',
      expectation: 'tokens',
      run: async ({ at }) => {
        const { tokens } = await grant(at, authorizationRequest({ redirect_uri: 'http://127.0.0.1:49152/callback' }));
        return unless(tokens.status === 200, `answered ${tokens.status}`);
      },
    },
    {
      attack: 'none: a client with a metadata document',
      expectation: 'tokens',
      run: async ({ at, documents }) => {
        const id = documents.publish('/honest.json', { client_name: 'Honest', redirect_uris: [REDIRECT] });
        const { tokens } = await grant(at, authorizationRequest({ client_id: id }));
        return unless(tokens.status === 200, `answered ${tokens.status}`);
      },
    },
    {
      attack: 'none: a client that registers itself',
      expectation: 'tokens',
      run: async (world) => {
        const { json } = await register(world, { redirect_uris: [REDIRECT] }, world.source());
        const { tokens } = await grant(world.at, authorizationRequest({ client_id: json.client_id }));
        return unless(tokens.status === 200, `answered ${tokens.status}`);
      },
    },
    {
      attack: 'none: a machine client',
      expectation: 'a token',
      run: async ({ at }) => {
        const reply = await tokenRequest(at, { grant_type: 'client_credentials', scope: READ }, basic(MACHINE, 's'));
        return unless(reply.status === 200, `answered ${reply.status}`);
      },
    },
  ],
};
