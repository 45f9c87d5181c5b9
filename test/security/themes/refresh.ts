/** Refresh handles: replayed, raced, borrowed, stretched; and what ends a grant. */
import {
  CLIENT,
  CONFIDENTIAL,
  form,
  grant,
  refresh,
  SECRET,
  type TestBroker,
  tokenRequest,
} from '../../support/broker';
import { firstOf, oauthError, type Theme, unless } from '../attack-row';
import { basic, post, WRITE } from '../steps';

const handleOf = async (at: TestBroker) => (await grant(at)).tokens.json.refresh_token ?? '';
const isRefresh = (sent: { form: URLSearchParams }) => sent.form.get('grant_type') === 'refresh_token';
const ended = async (at: TestBroker, handle: string) => oauthError(await refresh(at, handle), 'invalid_grant');
const revoke = (at: TestBroker, fields: Record<string, string>, headers = {}) =>
  post(at, '/oauth2/revoke', form(fields), { headers });

export const refreshing: Theme = {
  name: 'refresh',
  attacks: [
    {
      attack: 'a stolen handle, used after its owner moved on',
      expectation: 'invalid_grant; the grant ends, and the upstream token with it',
      run: async ({ at }) => {
        const stolen = await handleOf(at);
        const next = await refresh(at, stolen);
        at.ahead = 11;
        return firstOf(
          await ended(at, stolen),
          unless(at.provider.seen.at(-1)?.path === '/revoke', 'the upstream token lives on'),
          unless(at.provider.seen.filter(isRefresh).length === 1, 'the replay was passed on to the provider'),
          await ended(at, next.json.refresh_token ?? ''),
        );
      },
    },
    {
      attack: 'a stolen handle, used within ten seconds and then again',
      expectation: 'one line of handles goes on at most; the third use ends the grant',
      run: async ({ at }) => {
        const stolen = await handleOf(at);
        const first = await refresh(at, stolen);
        const second = await refresh(at, stolen);
        return firstOf(
          await ended(at, stolen),
          await ended(at, first.json.refresh_token ?? ''),
          await ended(at, second.json.refresh_token ?? ''),
        );
      },
    },
    {
      attack: 'the handle that a retry replaced',
      expectation: 'invalid_grant, the grant ends',
      run: async ({ at }) => {
        const first = await handleOf(at);
        const lost = await refresh(at, first);
        const retried = await refresh(at, first);
        return firstOf(
          await ended(at, lost.json.refresh_token ?? ''),
          await ended(at, retried.json.refresh_token ?? ''),
        );
      },
    },
    {
      attack: 'a handle used twenty times at once',
      expectation: 'one line of handles lives on at most',
      run: async ({ at }) => {
        const handle = await handleOf(at);
        const replies = await Promise.all(Array.from({ length: 20 }, () => refresh(at, handle)));
        const handles = replies.flatMap(({ json }) => json.refresh_token ?? []);
        const alive = [];
        for (const each of handles) if ((await refresh(at, each)).status === 200) alive.push(each);
        return unless(handles.length <= 2 && alive.length <= 1, `${handles.length} won, ${alive.length} live on`);
      },
    },
    {
      attack: 'a handle used by another client',
      expectation: 'invalid_grant, and its owner is not harmed',
      run: async ({ at }) => {
        const handle = await handleOf(at);
        const fields = { grant_type: 'refresh_token', refresh_token: handle };
        const refused = oauthError(await tokenRequest(at, fields, basic(CONFIDENTIAL, SECRET)), 'invalid_grant');
        return refused ?? unless((await refresh(at, handle)).status === 200, 'the owner is locked out');
      },
    },
    {
      attack: 'a refresh that asks for more scopes',
      expectation: 'invalid_scope',
      run: async ({ at }) => oauthError(await refresh(at, await handleOf(at), { scope: WRITE }), 'invalid_scope'),
    },
    {
      attack: 'a refresh for another resource',
      expectation: 'invalid_target',
      run: async ({ at }) =>
        oauthError(await refresh(at, await handleOf(at), { resource: 'https://other.example/mcp' }), 'invalid_target'),
    },
    {
      attack: 'a grant stretched beyond its end by refreshing',
      expectation: 'invalid_grant',
      run: async ({ at }) => {
        const handle = await handleOf(at);
        at.provider.lifetime = 200_000;
        at.ahead = 86_000;
        const next = await refresh(at, handle);
        at.ahead = 86_401;
        return firstOf(
          unless(next.status === 200, 'the grant ended early'),
          await ended(at, next.json.refresh_token ?? ''),
        );
      },
    },
    {
      attack: 'an access token in place of a handle',
      expectation: 'invalid_grant',
      run: async ({ at }) => ended(at, (await grant(at)).tokens.json.access_token ?? ''),
    },
    {
      attack: 'a code in place of a handle',
      expectation: 'invalid_grant',
      run: async ({ at }) => ended(at, (await grant(at)).code),
    },
    {
      attack: 'a handle after the grant was revoked by its access token',
      expectation: 'invalid_grant, and the upstream token ends',
      run: async ({ at }) => {
        const { tokens } = await grant(at);
        await revoke(at, { client_id: CLIENT, token: tokens.json.access_token ?? '' });
        const refused = await ended(at, tokens.json.refresh_token ?? '');
        return refused ?? unless(at.provider.seen.at(-1)?.path === '/revoke', 'the upstream token lives on');
      },
    },
    {
      attack: "revocation of another client's grant",
      expectation: '200, and nothing changes',
      run: async ({ at }) => {
        const { tokens } = await grant(at);
        const headers = basic(CONFIDENTIAL, SECRET);
        const one = await revoke(at, { token: tokens.json.refresh_token ?? '' }, headers);
        const other = await revoke(at, { token: tokens.json.access_token ?? '' }, headers);
        const living = await refresh(at, tokens.json.refresh_token ?? '');
        return unless(one.status === 200 && other.status === 200 && living.status === 200, 'the grant was ended');
      },
    },
    {
      attack: 'revocation as an oracle: is this token known',
      expectation: 'the same answer for a known and an unknown one',
      run: async ({ at }) => {
        const known = await revoke(at, { client_id: CLIENT, token: await handleOf(at) });
        const unknown = await revoke(at, { client_id: CLIENT, token: 'nobody-knows' });
        return unless(JSON.stringify(known) === JSON.stringify(unknown), 'the answers differ');
      },
    },
    {
      attack: 'revocation by a client that proves nothing',
      expectation: 'invalid_client, the grant lives',
      run: async ({ at }) => oauthError(await revoke(at, { client_id: CONFIDENTIAL, token: 'x' }), 'invalid_client'),
    },
  ],
};
