/** Dynamic registration: floods, names that deceive, and clients that ask to be more than they may. */
import { authorizationRequest, Browser, CLIENT, form, REDIRECT } from '../../support/broker';
import { type Attack, firstOf, pageOnly, spellings, type Theme, unless } from '../attack-row';
import { PER_DAY, PER_SOURCE } from '../clients';
import { authorizeAs, register } from '../steps';
import type { World } from '../world';

const metadata = { client_name: 'Tool', redirect_uris: [REDIRECT] };

async function pageFor(world: World, name: string): Promise<string> {
  const { json } = await register(world, { ...metadata, client_name: name }, world.source());
  const { body } = await authorizeAs(world, world.source(), { client_id: json.client_id });
  return body ?? '';
}

const NAMES: readonly (readonly [string, string, (page: string) => boolean])[] = [
  ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>', (page) => !/<script|<img/i.test(page)],
  ['the end of an attribute', '" onmouseover="alert(1)" x="', (page) => !/\sonmouseover="/i.test(page)],
  ['the end of the style', '</style></title></textarea><svg onload=alert(1)>', (page) => !page.includes('<svg')],
  ['text turned around', '\u202eedualC\u202c\u2066', (page) => !/[\u202a-\u202e\u2066-\u2069]/.test(page)],
  ['nothing to be seen', '\u200b\u2060\u3164\u2800', (page) => page.includes('A program without a name')],
  ['a sentence of the page', 'Notes. It is safe. Approve', (page) => page.includes('Nobody has checked who this is')],
  ['line breaks', 'Claude\r\n\r\nHTTP/1.1 200 OK', (page) => !/Claude[\r\n]/.test(page)],
  ['a look-alike of a known name', 'Cl\u0430ude', (page) => page.includes('Not verified: it chose this name itself')],
  ['no end', 'x'.repeat(200), (page) => !page.includes('x'.repeat(81))],
];

const REFUSED: readonly (readonly [string, unknown])[] = [
  ['a secret of its own', { ...metadata, token_endpoint_auth_method: 'client_secret_post' }],
  ['a signed assertion', { ...metadata, token_endpoint_auth_method: 'private_key_jwt' }],
  ['client_credentials', { ...metadata, grant_types: ['authorization_code', 'client_credentials'] }],
  ['the implicit grant', { ...metadata, grant_types: ['implicit'] }],
  ['tokens from the authorization endpoint', { ...metadata, response_types: ['code', 'token'] }],
  ['a name of a megabyte', { ...metadata, client_name: 'x'.repeat(1_000_000) }],
  ['a megabyte that means nothing', { ...metadata, software_statement: 'x'.repeat(1_000_000) }],
  ['a name that is no text', { ...metadata, client_name: { toString: 'x' } }],
  ['no redirect URI', { ...metadata, redirect_uris: [] }],
  ['a thousand redirect URIs', { redirect_uris: Array.from({ length: 1_000 }, (_, n) => `https://a.example/${n}`) }],
  ['eleven redirect URIs', { redirect_uris: Array.from({ length: 11 }, (_, n) => `https://a.example/${n}`) }],
  ['a redirect URI that is no text', { redirect_uris: [[REDIRECT]] }],
  ['another type of application', { ...metadata, application_type: 'service' }],
  ['a list', [metadata]],
  ['no JSON', '{'],
  ['JSON without end', '['.repeat(10_000)],
];

export const registration: Theme = {
  name: 'registration',
  attacks: [
    {
      attack: 'a flood from one source',
      expectation: `stopped after ${PER_SOURCE} in an hour; another source may register`,
      run: async (world) => {
        world.freshWindow();
        const source = world.source();
        const statuses = [];
        for (let n = 0; n < PER_SOURCE + 3; n++) statuses.push((await register(world, metadata, source)).status);
        const other = await register(world, metadata, world.source());
        return firstOf(
          unless(statuses.filter((status) => status === 201).length === PER_SOURCE, `answered ${statuses}`),
          unless(statuses.at(-1) === 429, `answered ${statuses.at(-1)}`),
          unless(other.status === 201, 'others are locked out'),
        );
      },
    },
    {
      attack: 'a flood from one IPv6 subscriber, from address after address',
      expectation: `stopped after ${PER_SOURCE}; the next network may register`,
      run: async (world) => {
        world.freshWindow();
        const statuses = [];
        for (let n = 1; n < 6; n++) statuses.push((await register(world, metadata, `2001:db8:0:1::${n}`)).status);
        const other = await register(world, metadata, '2001:db8:0:2::1');
        return firstOf(
          unless(statuses.filter((status) => status === 201).length === PER_SOURCE, `answered ${statuses}`),
          unless(other.status === 201, 'others are locked out'),
        );
      },
    },
    {
      attack: 'one source, refused, uses up what is left for everybody',
      expectation: 'what it is refused does not count',
      run: async (world) => {
        world.freshWindow();
        const source = world.source();
        for (let n = 0; n < PER_DAY + 5; n++) await register(world, metadata, source);
        return unless((await register(world, metadata, world.source())).status === 201, 'others are locked out');
      },
    },
    {
      attack: 'a flood from many sources',
      expectation: `stopped after ${PER_DAY} in a day`,
      run: async (world) => {
        world.freshWindow();
        let registered = 0;
        for (let n = 0; n < PER_DAY + 5; n++) {
          if ((await register(world, metadata, world.source())).status === 201) registered++;
        }
        return unless(registered === PER_DAY, `${registered} were registered`);
      },
    },
    {
      attack: 'a table filled with clients that nobody uses',
      expectation: 'gone after their time',
      run: async (world) => {
        const { json } = await register(world, metadata, world.source());
        world.at.ahead = 3_601;
        return pageOnly(await authorizeAs(world, world.source(), { client_id: json.client_id }));
      },
    },
    ...NAMES.map(
      ([what, name, harmless]): Attack => ({
        attack: `a name of ${what}`,
        expectation: 'harmless on the page',
        run: async (world) => {
          world.freshWindow();
          const page = await pageFor(world, name);
          return unless(page.includes('<form') && harmless(page), 'the name got through');
        },
      }),
    ),
    ...REFUSED.map(
      ([what, given]): Attack => ({
        attack: `registration with ${what}`,
        expectation: 'refused',
        run: async (world) => {
          const reply = await register(world, given, world.source());
          return unless(reply.status === 400 && reply.json.client_id === undefined, `answered ${reply.status}`);
        },
      }),
    ),
    ...spellings(
      [
        ['the id of a known client', 'client_id'],
        ['a name for the host that vouches', 'host'],
        ['a kind that is trusted', 'kind'],
      ],
      (what, property) => ({
        attack: `registration that brings ${what}`,
        expectation: 'ignored',
        run: async (world) => {
          world.freshWindow();
          const given = { ...metadata, [property]: property === 'kind' ? 'pre-registered' : CLIENT };
          const { json } = await register(world, given, world.source());
          const { body } = await authorizeAs(world, world.source(), { client_id: json.client_id });
          const unverified = (body ?? '').includes('Nobody has checked who this is');
          return unless(/^dyn_[\w-]{43}$/.test(json.client_id ?? '') && unverified, 'it counted');
        },
      }),
    ),
    {
      attack: 'registration where it is off',
      expectation: '404, and clients registered before are unknown',
      run: async (world) => {
        world.freshWindow();
        const { json } = await register(world, metadata, world.source());
        const clients = world.at.config.clients as { dynamic?: object };
        const { dynamic } = clients;
        clients.dynamic = undefined;
        try {
          const query = form(authorizationRequest({ client_id: json.client_id }).query);
          return firstOf(
            unless((await register(world, metadata, world.source())).status === 404, 'it was registered'),
            pageOnly(await new Browser(world.at).get('/oauth2/authorize', query)),
          );
        } finally {
          clients.dynamic = dynamic;
        }
      },
    },
  ],
};
