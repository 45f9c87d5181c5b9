/** Redirect URIs: spellings that a parser, a prefix or a kind heart would let pass. */
import { authorizationRequest, Browser, form, LOOPBACK, REDIRECT } from '../../support/broker';
import { pageOnly, spellings, type Theme, unless } from '../attack-row';
import { WITH_QUERY } from '../clients';
import { register } from '../steps';

const HTTPS: readonly (readonly [string, string])[] = [
  ['another host', 'https://evil.example/callback'],
  ['another path', 'https://client.example/other'],
  ['a trailing slash', `${REDIRECT}/`],
  ['a path below', `${REDIRECT}/below`],
  ['climbing out of a path below', `${REDIRECT}/../open-redirect`],
  ['climbing, encoded', `${REDIRECT}/%2e%2e/open-redirect`],
  ['another case of the path', 'https://client.example/Callback'],
  ['another case of the host', 'https://CLIENT.example/callback'],
  ['another case of the scheme', 'HTTPS://client.example/callback'],
  ['plain http', 'http://client.example/callback'],
  ['a user', 'https://user@client.example/callback'],
  ['the host as a user', 'https://client.example@evil.example/callback'],
  ['the host as a user, with a port', 'https://client.example:443@evil.example/callback'],
  ['an encoded letter', 'https://client.example/%63allback'],
  ['an encoded slash', 'https://client.example%2fcallback'],
  ['encoded twice', 'https%3A%2F%2Fclient.example%2Fcallback'],
  ['a trailing dot', 'https://client.example./callback'],
  ['the default port', 'https://client.example:443/callback'],
  ['another port', 'https://client.example:8443/callback'],
  ['a subdomain', 'https://a.client.example/callback'],
  ['a longer name', 'https://client.example.evil.example/callback'],
  ['a name that ends alike', 'https://evilclient.example/callback'],
  ['a query', `${REDIRECT}?next=https://evil.example`],
  ['an open redirect of the host', 'https://client.example/redirect?to=https://evil.example'],
  ['a fragment', `${REDIRECT}#x`],
  ['an empty fragment', `${REDIRECT}#`],
  ['a backslash before the host', 'https://evil.example\\@client.example/callback'],
  ['a backslash after the host', 'https://client.example\\.evil.example/callback'],
  ['backslashes for slashes', 'https:\\\\client.example\\callback'],
  ['a tab', 'https://client.example/call\tback'],
  ['a line break', `${REDIRECT}\r\nSet-Cookie: a=b`],
  ['white space around it', ` ${REDIRECT} `],
  ['a null character', `${REDIRECT}\u0000`],
  ['a wide full stop', 'https://client\u3002example/callback'],
  ['a look-alike letter', 'https://cli\u0435nt.example/callback'],
  ['a script', 'javascript:alert(document.cookie)'],
  ['a script after a comment', 'javascript://client.example/callback%0aalert(1)'],
  ['data', 'data:text/html,<script>alert(1)</script>'],
  ['no scheme', '//client.example/callback'],
  ['a path alone', '/callback'],
  ['two addresses', `${REDIRECT} https://evil.example/`],
  ['two addresses with a comma', `${REDIRECT},https://evil.example/`],
  ['another value of its query', WITH_QUERY.replace('1', '2')],
  ['more in its query', `${WITH_QUERY}&next=https://evil.example`],
  ['nothing', ''],
  ['too much', `${REDIRECT}?${'x'.repeat(2_000)}`],
];

const LOOPBACK_TRICKS: readonly (readonly [string, string])[] = [
  ['another name of loopback', 'http://localhost:3000/callback'],
  ['loopback over IPv6', 'http://[::1]:3000/callback'],
  ['another loopback address', 'http://127.0.0.2:3000/callback'],
  ['loopback in short', 'http://127.1:3000/callback'],
  ['loopback as a number', 'http://2130706433:3000/callback'],
  ['loopback in octal', 'http://0177.0.0.1:3000/callback'],
  ['loopback mapped into IPv6', 'http://[::ffff:127.0.0.1]:3000/callback'],
  ['the unspecified address', 'http://0.0.0.0:3000/callback'],
  ['a trailing dot', 'http://127.0.0.1.:3000/callback'],
  ['loopback as a label', 'http://127.0.0.1.evil.example:3000/callback'],
  ['loopback as a user', 'http://127.0.0.1:3000@evil.example/callback'],
  ['a user before loopback', 'http://evil@127.0.0.1:3000/callback'],
  ['https', 'https://127.0.0.1:3000/callback'],
  ['another path', 'http://127.0.0.1:3000/other'],
  ['a path below', 'http://127.0.0.1:3000/callback/below'],
  ['no path', 'http://127.0.0.1:3000'],
  ['a query', `${LOOPBACK}?a=b`],
  ['a fragment', `${LOOPBACK}#x`],
  ['a port that is none', 'http://127.0.0.1:99999/callback'],
  ['port 0', 'http://127.0.0.1:0/callback'],
  ['two ports', 'http://127.0.0.1:3000:80/callback'],
  ['a port in words', 'http://127.0.0.1:http/callback'],
  ['an empty port', 'http://127.0.0.1:/callback'],
  ['a line break', 'http://127.0.0.1:3000/callback\nx'],
];

/** What a stranger may not register for itself. */
const REGISTERED: readonly (readonly [string, string])[] = [
  ['plain http', 'http://evil.example/cb'],
  ['a script', 'javascript:alert(1)'],
  ['data', 'data:text/html,x'],
  ['a private-use scheme', 'com.bank.app:/cb'],
  ['a user', 'https://bank.example@evil.example/cb'],
  ['a fragment', 'https://evil.example/cb#x'],
  ['a wildcard', 'https://*.example.com/cb'],
  ['a line break', 'https://evil.example/cb\r\nLocation: x'],
  ['loopback in another spelling', 'http://127.1/cb'],
];

const asked = (redirectUri: string, more: Record<string, string> = {}) =>
  form(authorizationRequest({ redirect_uri: redirectUri, ...more }).query);

export const redirect: Theme = {
  name: 'redirect URI',
  attacks: [
    ...spellings(
      [...HTTPS, ...LOOPBACK_TRICKS.map(([what, uri]) => [`loopback, ${what}`, uri] as const)],
      (what, uri) => ({
        attack: `redirect URI with ${what}`,
        expectation: 'page, no redirect',
        run: async ({ at }) => pageOnly(await new Browser(at).get('/oauth2/authorize', asked(uri))),
      }),
    ),
    {
      attack: 'open redirect: a bad request with an unproven redirect URI',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const query = asked('https://evil.example/', { response_type: 'token' });
        return pageOnly(await new Browser(at).get('/oauth2/authorize', query));
      },
    },
    {
      attack: 'open redirect: a client nobody knows',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const query = asked('https://evil.example/', { client_id: 'nobody' });
        return pageOnly(await new Browser(at).get('/oauth2/authorize', query));
      },
    },
    ...spellings(
      [
        ['a bad response type', 'token'],
        ['no response type', ''],
      ],
      (what, responseType) => ({
        attack: `open redirect: a client that registered itself, asking with ${what}`,
        expectation: 'page: nobody has said a word yet',
        run: async (world) => {
          const uri = 'https://evil.example/phish';
          const { json } = await register(world, { redirect_uris: [uri] }, world.source());
          const query = asked(uri, { client_id: json.client_id ?? '', response_type: responseType });
          return pageOnly(await new Browser(world.at).get('/oauth2/authorize', query));
        },
      }),
    ),
    ...spellings(REGISTERED, (what, uri) => ({
      attack: `registered by a stranger: ${what}`,
      expectation: 'invalid_redirect_uri',
      run: async (world) => {
        const { json } = await register(world, { redirect_uris: ['https://fine.example/cb', uri] }, world.source());
        return unless(json.error === 'invalid_redirect_uri', `answered ${JSON.stringify(json)}`);
      },
    })),
    ...spellings(REGISTERED, (what, uri) => ({
      attack: `in a metadata document: ${what}`,
      expectation: 'page, no redirect',
      run: async ({ at, documents, freshWindow }) => {
        freshWindow();
        const uris = ['https://fine.example/cb', uri];
        const id = documents.publish(`/redirect-${encodeURIComponent(what)}.json`, { redirect_uris: uris });
        return pageOnly(await new Browser(at).get('/oauth2/authorize', asked(uri, { client_id: id })));
      },
    })),
  ],
};
