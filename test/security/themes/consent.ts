/** The consent page: passed over, answered by someone else, hidden under another page. */
import { REQUEST_PARAMETERS } from '../../../lambda/broker/authorization-request';
import { hashOf } from '../../../lambda/broker/seal';
import { Browser, CONFIDENTIAL, form, formOf, LOOPBACK, request } from '../../support/broker';
import { type Attack, firstOf, pageOnly, spellings, type Theme, unless } from '../attack-row';
import { items, READ, register, shown, WRITE } from '../steps';

const ALTERED: readonly (readonly [string, Record<string, string>])[] = [
  ['a wider scope', { scope: `${READ} ${WRITE}` }],
  ['another client', { client_id: CONFIDENTIAL }],
  ['another redirect URI', { redirect_uri: LOOPBACK }],
  ['another state', { state: 'attacker' }],
  ["the attacker's PKCE challenge", { code_challenge: 'a'.repeat(43) }],
  ['no PKCE method', { code_challenge_method: '' }],
  ['an empty token', { csrf: '' }],
];

export const consent: Theme = {
  name: 'consent',
  attacks: [
    {
      attack: 'confused deputy: an attacker registers a client and sends its link to a signed-in user',
      expectation: 'the page, naming it unverified and its host; nothing written, provider not asked',
      run: async (world) => {
        const uri = 'https://evil.example/cb';
        const { json } = await register(world, { client_name: 'Claude', redirect_uris: [uri] }, world.source());
        const before = await items(world.at);
        const { reply } = await shown(world.at, { client_id: json.client_id, redirect_uri: uri });
        return firstOf(
          pageOnly(reply, 200),
          unless(/Nobody has checked/.test(reply.body ?? ''), 'no warning'),
          unless((reply.body ?? '').includes('evil.example'), 'the redirect host is not named'),
          unless((await items(world.at)) === before, 'something was written'),
          unless(world.at.provider.seen.length === 0, 'the provider was asked'),
        );
      },
    },
    {
      attack: 'prompt=none, to get by without a page',
      expectation: 'consent_required, no code',
      run: async ({ at }) => {
        const { reply } = await shown(at, { prompt: 'none' });
        return unless(/error=consent_required/.test(reply.headers.Location ?? ''), `answered ${reply.status}`);
      },
    },
    {
      attack: 'bypass: the consent address by GET, with the fields in the query',
      expectation: 'no such address',
      run: async ({ at }) => {
        const { browser, fields } = await shown(at);
        const reply = await browser.get('/oauth2/consent', form({ ...fields, decision: 'approve' }));
        return unless(reply.status === 404 && reply.headers.Location === undefined, `answered ${reply.status}`);
      },
    },
    {
      attack: 'CSRF: an approval from a browser that was shown nothing',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const { fields } = await shown(at);
        return pageOnly(await new Browser(at).post('/oauth2/consent', form({ ...fields, decision: 'approve' })));
      },
    },
    {
      attack: "CSRF: the form the attacker was shown, posted by the victim's browser",
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const attacker = await shown(at);
        const victim = await shown(at);
        return pageOnly(
          await victim.browser.post('/oauth2/consent', form({ ...attacker.fields, decision: 'approve' })),
        );
      },
    },
    {
      attack: 'CSRF: a form with the token that a browser without a cookie would have',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const { fields } = await shown(at);
        const canonical = REQUEST_PARAMETERS.map((name) => [name, fields[name] ?? null]);
        const csrf = hashOf(JSON.stringify(['consent', undefined, canonical]));
        return pageOnly(await new Browser(at).post('/oauth2/consent', form({ ...fields, csrf, decision: 'approve' })));
      },
    },
    ...(['cross-site', 'same-site', 'none'] as const).map(
      (site): Attack => ({
        attack: `CSRF: the right form, sent from a ${site} page`,
        expectation: 'page, no redirect',
        run: async ({ at }) => {
          const { browser, fields } = await shown(at);
          const headers = { 'sec-fetch-site': site };
          return pageOnly(await browser.post('/oauth2/consent', form({ ...fields, decision: 'approve' }), headers));
        },
      }),
    ),
    ...ALTERED.map(
      ([what, changed]): Attack => ({
        attack: `the approved form with ${what}`,
        expectation: 'page, no redirect',
        run: async ({ at }) => {
          const { browser, fields } = await shown(at);
          return pageOnly(await browser.post('/oauth2/consent', form({ ...fields, ...changed, decision: 'approve' })));
        },
      }),
    ),
    ...spellings(
      [
        ['nothing', ''],
        ['another word', '&decision=approved'],
        ['the word in capitals', '&decision=APPROVE'],
      ],
      (what, decision) => ({
        attack: `a decision that says ${what}`,
        expectation: 'denied',
        run: async ({ at }) => {
          const { browser, fields } = await shown(at);
          const reply = await browser.post('/oauth2/consent', `${form(fields)}${decision}`);
          return unless(/error=access_denied/.test(reply.headers.Location ?? ''), `sent to ${reply.headers.Location}`);
        },
      }),
    ),
    {
      attack: 'a decision that says both',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const { browser, fields } = await shown(at);
        return pageOnly(await browser.post('/oauth2/consent', `${form(fields)}&decision=deny&decision=approve`));
      },
    },
    {
      attack: 'clickjacking: the page in a frame, or with a script',
      expectation: 'framing denied twice, no script may run, nothing kept, no referrer',
      run: async ({ at }) => {
        const { reply } = await shown(at);
        const policy = reply.headers['Content-Security-Policy'] ?? '';
        return firstOf(
          unless(policy.includes("frame-ancestors 'none'"), 'the page may be framed'),
          unless(reply.headers['X-Frame-Options'] === 'DENY', 'old browsers may frame the page'),
          unless(policy.includes("default-src 'none'") && !policy.includes('script-src'), 'scripts may run'),
          unless(!/<script|\son\w+=/i.test(reply.body ?? ''), 'the page has a script'),
          unless(reply.headers['Cache-Control'] === 'no-store', 'the page may be kept'),
          unless(reply.headers['Referrer-Policy'] === 'no-referrer', 'the next site learns the address'),
          unless(reply.headers['Access-Control-Allow-Origin'] === undefined, 'another origin may read the page'),
        );
      },
    },
    {
      attack: 'clickjacking: an error page in a frame',
      expectation: 'framing denied',
      run: async ({ at }) => {
        const { headers } = await at.broker(request('GET', '/oauth2/callback', { queryText: 'state=x&code=y' }));
        return unless(
          headers['X-Frame-Options'] === 'DENY' &&
            /frame-ancestors 'none'/.test(headers['Content-Security-Policy'] ?? ''),
          'the page may be framed',
        );
      },
    },
    {
      attack: 'hiding a scope: asked for twice over, in another order, among foreign ones',
      expectation: 'every scope that will be granted stands on the page',
      run: async ({ at }) => {
        const { reply, fields } = await shown(at, { scope: `openid ${WRITE} ${READ} ${WRITE} admin` });
        const body = reply.body ?? '';
        return firstOf(
          unless(body.includes('Change your notes') && body.includes('Read your notes'), 'a scope is not shown'),
          unless(formOf(body).scope === `${READ} ${WRITE}`, `the form asks for ${fields.scope}`),
        );
      },
    },
  ],
};
