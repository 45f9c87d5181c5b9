/** A table that was stolen, or written to by a thief; and a log that was read. */
import { seal, unseal } from '../../../lambda/broker/seal';
import { CLIENT, form, grant, refresh, tokenRequest } from '../../support/broker';
import { oauthError, type Theme, unless } from '../attack-row';
import { code, post, signedIn } from '../steps';

export const theft: Theme = {
  name: 'stolen table',
  attacks: [
    {
      attack: 'the table is read: codes, handles, tokens, verifiers, states, cookies',
      expectation: 'none of them is in it',
      run: async ({ at }) => {
        const pending = await signedIn(at);
        const { browser, code: value, back, asked, tokens } = await grant(at);
        const table = await at.stolenTable();
        const upstream = at.provider.seen.find(({ form: sent }) => sent.has('code_verifier'))?.form;
        const secrets = {
          code: value,
          verifier: asked.verifier,
          cookie: browser.cookie?.split('=')[1],
          state: new URLSearchParams(pending.back).get('state'),
          'upstream code': new URLSearchParams(back).get('code'),
          'upstream verifier': upstream?.get('code_verifier'),
          'access token': tokens.json.access_token,
          'refresh handle': tokens.json.refresh_token,
        };
        const found = Object.entries(secrets).find(([, secret]) => !secret || table.includes(secret));
        return unless(found === undefined, `the ${found?.[0]} is in the table`);
      },
    },
    {
      attack: 'what is in the table is presented as a code, a handle or a token to revoke',
      expectation: 'invalid_grant for all of it',
      run: async ({ at }) => {
        const { fields } = await code(at);
        const { tokens } = await grant(at);
        for (const [found] of new Set((await at.stolenTable()).match(/[\w-]{43}/g)?.map((text) => [text]) ?? [])) {
          const replies = [await refresh(at, found ?? ''), await tokenRequest(at, { ...fields, code: found ?? '' })];
          for (const reply of replies) if (oauthError(reply, 'invalid_grant')) return `${found} was accepted`;
          await post(at, '/oauth2/revoke', form({ client_id: CLIENT, token: found ?? '' }));
        }
        const living = await refresh(at, tokens.json.refresh_token ?? '');
        return unless(living.status === 200, 'something in the table ended the grant');
      },
    },
    {
      attack: 'a sealed secret moved to another handle, another purpose, or changed',
      expectation: 'it does not open',
      run: async () => {
        const sealed = seal('handle', 'refresh', 'secret');
        const flipped = Buffer.from(sealed, 'base64url');
        flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
        const opened = [
          unseal('another', 'refresh', sealed),
          unseal('handle', 'code', sealed),
          unseal('handle', 'refresh', flipped.toString('base64url')),
          unseal('handle', 'refresh', sealed.slice(0, 20)),
        ];
        return unless(
          opened.every((each) => each === undefined),
          'it opened',
        );
      },
    },
    {
      attack: 'the log is read',
      expectation: 'no code, token, handle, state or cookie in it',
      run: async ({ at, log }) => {
        const { browser, code: value, asked, tokens, fields } = await grant(at);
        await tokenRequest(at, fields);
        await refresh(at, tokens.json.refresh_token ?? '');
        const text = log.lines.join('');
        const secrets = [
          value,
          asked.verifier,
          browser.cookie?.split('=')[1],
          tokens.json.access_token,
          tokens.json.refresh_token,
          'client-state',
        ];
        const found = secrets.findIndex((secret) => !secret || text.includes(secret));
        return unless(log.lines.length > 4 && found === -1, `secret ${found} is in the log`);
      },
    },
  ],
};
