/** Parameters given twice, in two places or in excess; text that would become a header, a tag or a log line. */
import {
  authorizationRequest,
  Browser,
  CLIENT,
  form,
  grant,
  paramsOf,
  REDIRECT,
  request,
  tokenRequest,
} from '../../support/broker';
import { type Attack, firstOf, oauthError, pageOnly, spellings, type Theme, unless } from '../attack-row';
import { authorizeAs, code, ISSUER, post, shown } from '../steps';

const AUTHORIZE = Object.keys(authorizationRequest().query);
const TOKEN = ['grant_type', 'code', 'redirect_uri', 'client_id', 'code_verifier'];
const OVERSIZED = ['client_id', 'redirect_uri', 'state', 'scope', 'resource', 'code_challenge'];

export const parameters: Theme = {
  name: 'parameters',
  attacks: [
    ...AUTHORIZE.map(
      (name): Attack => ({
        attack: `authorize with ${name} given twice`,
        expectation: 'page, no redirect',
        run: async ({ at }) => {
          const query = `${form(authorizationRequest().query)}&${name}=https%3A%2F%2Fevil.example%2F`;
          return pageOnly(await new Browser(at).get('/oauth2/authorize', query));
        },
      }),
    ),
    {
      attack: 'authorize with a second redirect_uri under an encoded name',
      expectation: 'page, no redirect',
      run: async ({ at }) => {
        const query = `%72edirect_uri=https://evil.example/&${form(authorizationRequest().query)}`;
        return pageOnly(await new Browser(at).get('/oauth2/authorize', query));
      },
    },
    ...spellings(
      [
        ['brackets', 'redirect_uri[]=https://evil.example/'],
        ['an index', 'redirect_uri[0]=https://evil.example/'],
        ['other case', 'Redirect_Uri=https://evil.example/'],
        ['a prototype', '__proto__[redirect_uri]=https://evil.example/&constructor=x'],
      ],
      (what, extra) => ({
        attack: `authorize with a second redirect_uri in ${what}`,
        expectation: 'ignored: the form leads to the proven one',
        run: async ({ at }) => {
          const reply = await new Browser(at).get(
            '/oauth2/authorize',
            `${form(authorizationRequest().query)}&${extra}`,
          );
          return unless(reply.status === 200 && !(reply.body ?? '').includes('evil.example'), 'it counted');
        },
      }),
    ),
    ...TOKEN.map(
      (name): Attack => ({
        attack: `token with ${name} given twice`,
        expectation: 'invalid_request',
        run: async ({ at }) => {
          const { fields } = await code(at);
          return oauthError(await post(at, '/oauth2/token', `${form(fields)}&${name}=x`), 'invalid_request');
        },
      }),
    ),
    {
      attack: 'token with its parameters in the query',
      expectation: 'no token',
      run: async ({ at }) => {
        const { fields } = await code(at);
        return oauthError(await post(at, '/oauth2/token', '', { queryText: form(fields) }), 'invalid_request');
      },
    },
    {
      attack: 'token by GET',
      expectation: 'no such address',
      run: async ({ at }) => {
        const { fields } = await code(at);
        const reply = await at.broker(request('GET', '/oauth2/token', { queryText: form(fields) }));
        return unless(reply.status === 404, `answered ${reply.status}`);
      },
    },
    {
      attack: 'revocation with the token given twice',
      expectation: 'invalid_request',
      run: async ({ at }) =>
        oauthError(await post(at, '/oauth2/revoke', `client_id=${CLIENT}&token=a&token=b`), 'invalid_request'),
    },
    ...OVERSIZED.map(
      (name): Attack => ({
        attack: `authorize with ${name} of 100 KB`,
        expectation: 'page, no redirect',
        run: async ({ at }) =>
          pageOnly(await authorizeAs({ at } as never, '192.0.2.1', { [name]: 'x'.repeat(100_000) })),
      }),
    ),
    {
      attack: 'a state too long for the way back',
      expectation: 'invalid_request, without the state',
      run: async ({ at }) => {
        const { reply } = await shown(at, { state: 's'.repeat(4_097) });
        const sent = paramsOf(reply);
        return unless(sent.get('error') === 'invalid_request' && !sent.has('state'), `answered ${reply.status}`);
      },
    },
    ...['/oauth2/token', '/oauth2/revoke', '/oauth2/register'].map(
      (path): Attack => ({
        attack: `a body of a megabyte at ${path}`,
        expectation: 'refused',
        run: async ({ at }) => {
          const reply = await post(
            at,
            path,
            `token=x&grant_type=refresh_token&client_id=${CLIENT}&x=${'x'.repeat(1e6)}`,
          );
          return oauthError(reply, 'invalid_request', 'invalid_client_metadata');
        },
      }),
    ),
    {
      attack: 'a cookie header of a megabyte',
      expectation: 'a page, as without one',
      run: async ({ at }) => {
        const queryText = form(authorizationRequest().query);
        const cookies = [`__Host-mcp-tx=${'a'.repeat(1e6)}`];
        return pageOnly(await at.broker(request('GET', '/oauth2/authorize', { queryText, cookies })), 200);
      },
    },
    {
      attack: 'header injection: line breaks in the state',
      expectation: 'encoded on the way back',
      run: async ({ at }) => {
        const state = 'x\r\nSet-Cookie: a=b\r\n\r\n<script>';
        const { reply } = await shown(at, { state, response_type: 'token' });
        const location = reply.headers.Location ?? '';
        return unless(!/[\r\n<]/.test(location) && paramsOf(reply).get('state') === state, 'they stand in a header');
      },
    },
    {
      attack: 'markup in the state, on its way through the page',
      expectation: 'escaped, and back as it was',
      run: async ({ at }) => {
        const state = '"><script>alert(1)</script>&amp;';
        const { reply, fields } = await shown(at, { state });
        return firstOf(
          unless(!(reply.body ?? '').includes('<script'), 'it is markup'),
          unless(fields.state === state, 'it came back changed'),
        );
      },
    },
    {
      attack: 'parameters smuggled into the answer by the state',
      expectation: 'one code, one iss, one state',
      run: async ({ at }) => {
        const state = `x&code=evil&iss=https://evil.example&redirect_uri=${REDIRECT}`;
        const { reply } = await code(at, { state });
        const sent = paramsOf(reply);
        const single = ['code', 'iss', 'state'].every((name) => sent.getAll(name).length === 1);
        return unless(single && sent.get('iss') === ISSUER && sent.get('state') === state, 'the answer is polluted');
      },
    },
    {
      attack: 'text of the provider carried to the client',
      expectation: "only the broker's own words",
      run: async ({ at }) => {
        const { reply } = await grant(at);
        at.provider.mode = 'refused';
        const { fields } = await code(at);
        const refused = await tokenRequest(at, fields);
        return unless(reply.status === 303 && !/provider|stack/i.test(refused.body ?? ''), 'it got through');
      },
    },
    {
      attack: 'log injection: line breaks and quotes in what is logged',
      expectation: 'one JSON line per record, none of the attacker’s text',
      run: async ({ at, log }) => {
        const poison = 'x"}\n{"type":"broker","event":"grant_opened"';
        await shown(at, { client_id: poison });
        await tokenRequest(at, { grant_type: poison, client_id: poison });
        const lines = log.lines.join('').trimEnd().split('\n');
        const forged = lines.some((line) => line.includes('grant_opened') || typeof JSON.parse(line) !== 'object');
        return unless(lines.length > 0 && !forged, 'a record was forged');
      },
    },
    ...['host', 'x-forwarded-host', 'forwarded', 'x-original-url'].map(
      (name): Attack => ({
        attack: `addresses taken from the ${name} header`,
        expectation: 'from configuration alone',
        run: async ({ at }) => {
          const headers = { [name]: 'evil.example' };
          const document = await at.broker(request('GET', '/.well-known/oauth-authorization-server', { headers }));
          const page = await new Browser(at).get('/oauth2/authorize', form(authorizationRequest().query), headers);
          return unless(!`${document.body}${page.body}${JSON.stringify(page.headers)}`.includes('evil'), 'it counted');
        },
      }),
    ),
  ],
};
