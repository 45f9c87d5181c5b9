/** The provider's answer: called for directly, brought to another browser, spent twice, exchanged for another. */
import { randomBytes } from 'node:crypto';
import { Browser, form, formOf, paramsOf, tokenRequest } from '../../support/broker';
import { firstOf, oauthError, pageOnly, type Theme, unless } from '../attack-row';
import { code, codeFields, ISSUER, shown, signedIn } from '../steps';

export const callback: Theme = {
  name: 'callback',
  attacks: [
    {
      attack: "bypass: the provider asked directly, with the broker's client id and callback",
      expectation: 'page: no approval stands behind the state',
      run: async ({ at }) => {
        const { upstream, callbackUri } = { upstream: at.config.upstream, callbackUri: `${ISSUER}/oauth2/callback` };
        const asked = { response_type: 'code', client_id: upstream.client, redirect_uri: callbackUri, state: 'chosen' };
        const back = at.provider.signIn(`${upstream.authorize}?${form(asked)}`);
        const victim = await shown(at);
        return pageOnly(await victim.browser.get('/oauth2/callback', back));
      },
    },
    {
      attack: 'bypass: the callback called with a code and a guessed state',
      expectation: 'page',
      run: async ({ at }) => {
        const state = randomBytes(32).toString('base64url');
        return pageOnly(await new Browser(at).get('/oauth2/callback', form({ code: 'x', state })));
      },
    },
    {
      attack: 'bypass: the callback without a state',
      expectation: 'page',
      run: async ({ at }) => pageOnly(await new Browser(at).get('/oauth2/callback', 'code=x')),
    },
    {
      attack: "login CSRF: the victim opens the attacker's finished callback",
      expectation: 'page, no code, and the sign-in is spent for the attacker too',
      run: async ({ at }) => {
        const attacker = await signedIn(at);
        const victim = await shown(at);
        return firstOf(
          pageOnly(await victim.browser.get('/oauth2/callback', attacker.back)),
          pageOnly(await attacker.browser.get('/oauth2/callback', attacker.back)),
        );
      },
    },
    {
      attack: "the attacker's error answer opened in the victim's browser",
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const attacker = await signedIn(at);
        const state = new URLSearchParams(attacker.back).get('state') ?? '';
        return pageOnly(await new Browser(at).get('/oauth2/callback', form({ state, error: 'access_denied' })));
      },
    },
    {
      attack: "code injection upstream: the attacker's provider code in the victim's callback",
      expectation: 'no tokens: the verifier of that leg is another',
      run: async ({ at }) => {
        const attacker = await signedIn(at);
        const victim = await signedIn(at);
        const params = new URLSearchParams(victim.back);
        params.set('code', new URLSearchParams(attacker.back).get('code') ?? '');
        const reply = await victim.browser.get('/oauth2/callback', params.toString());
        const tokens = await tokenRequest(at, codeFields(victim.asked, paramsOf(reply).get('code') ?? ''));
        return oauthError(tokens, 'invalid_grant', 'temporarily_unavailable');
      },
    },
    {
      attack: "code injection downstream: the attacker's code handed to the victim's client",
      expectation: 'invalid_grant: its verifier is another',
      run: async ({ at }) => {
        const attacker = await code(at);
        const victim = await shown(at);
        return oauthError(await tokenRequest(at, codeFields(victim.asked, attacker.code)), 'invalid_grant');
      },
    },
    {
      attack: 'the callback played again in the same browser',
      expectation: 'page, no second code',
      run: async ({ at }) => {
        const { browser, back } = await code(at);
        return pageOnly(await browser.get('/oauth2/callback', back));
      },
    },
    {
      attack: 'the callback played many times at once',
      expectation: 'one code at most',
      run: async ({ at }) => {
        const { browser, back } = await signedIn(at);
        const replies = await Promise.all(Array.from({ length: 20 }, () => browser.get('/oauth2/callback', back)));
        const won = replies.filter((reply) => reply.headers.Location !== undefined).length;
        return unless(won <= 1, `${won} codes were issued`);
      },
    },
    {
      attack: 'the callback a quarter of an hour late',
      expectation: 'page',
      run: async ({ at }) => {
        const { browser, back } = await signedIn(at);
        at.ahead = 901;
        return pageOnly(await browser.get('/oauth2/callback', back));
      },
    },
    {
      attack: 'an answer with an error and a code at once',
      expectation: 'the error counts: no code for the client',
      run: async ({ at }) => {
        const { browser, back } = await signedIn(at);
        const reply = await browser.get('/oauth2/callback', `${back}&error=access_denied`);
        return unless(!paramsOf(reply).has('code') && paramsOf(reply).has('error'), 'a code was issued');
      },
    },
    {
      attack: 'mix-up: an answer whose issuer a client could not tell',
      expectation: 'iss in the code, the denial and the error alike',
      run: async ({ at }) => {
        const { reply } = await code(at);
        const asked = await shown(at);
        const denied = await asked.browser.post(
          '/oauth2/consent',
          form({ ...formOf(asked.reply.body ?? ''), decision: 'deny' }),
        );
        const failed = (await shown(at, { response_type: 'token' })).reply;
        const { browser, back } = await signedIn(at);
        const state = new URLSearchParams(back).get('state') ?? '';
        const broken = await browser.get('/oauth2/callback', form({ state, error: 'server_error' }));
        const silent = [reply, denied, failed, broken].findIndex((each) => paramsOf(each).get('iss') !== ISSUER);
        return unless(silent === -1, `answer ${silent} names no issuer`);
      },
    },
  ],
};
