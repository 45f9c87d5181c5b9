/** Client ID metadata documents: the broker sent where it must not go, or told what is not so (SSRF). */
import { gzipSync } from 'node:zlib';
import { authorizationRequest, Browser, form, REDIRECT, request } from '../../support/broker';
import { type Attack, firstOf, pageOnly, spellings, type Theme, unless } from '../attack-row';
import { DOCUMENT_HOST } from '../clients';
import { impatiently, PUBLIC } from '../network';
import { authorizeAs } from '../steps';
import type { World } from '../world';

const AT = `https://${DOCUMENT_HOST}`;

/** Ids that must not even be looked up. */
const NOT_FETCHED: readonly (readonly [string, string])[] = [
  ['a host nobody named', 'https://evil.example/client.json'],
  ['a subdomain', `https://a.${DOCUMENT_HOST}/client.json`],
  ['a longer name', `https://${DOCUMENT_HOST}.evil.example/client.json`],
  ['the host as a user', `https://${DOCUMENT_HOST}@evil.example/client.json`],
  ['a user', `https://user@${DOCUMENT_HOST}/client.json`],
  ['another port', `${AT}:8443/client.json`],
  ['a trailing dot', `https://${DOCUMENT_HOST}./client.json`],
  ['capitals', 'https://CLIENT.example.org/client.json'],
  ['plain http', `http://${DOCUMENT_HOST}/client.json`],
  ['another scheme', 'file:///etc/passwd'],
  ['no path', AT],
  ['a root path', `${AT}/`],
  ['a fragment', `${AT}/client.json#x`],
  ['a query', `${AT}/open-redirect?to=https://evil.example/client.json`],
  ['dot segments', `${AT}/a/../client.json`],
  ['encoded dot segments', `${AT}/a/%2e%2e/client.json`],
  ['dot segments encoded twice', `${AT}/a/%252e%252e/client.json`],
  ['an encoded slash', `${AT}/a%2f..%2fclient.json`],
  ['a backslash', `https://evil.example\\@${DOCUMENT_HOST}/client.json`],
  ['a line break', `${AT}/client.json\r\nHost: evil.example`],
  ['IPv4', 'https://127.0.0.1/client.json'],
  ['IPv4 as a number', 'https://2130706433/client.json'],
  ['IPv4 in hexadecimal', 'https://0x7f000001/client.json'],
  ['IPv4 in octal', 'https://0177.0.0.1/client.json'],
  ['the metadata service', 'https://169.254.169.254/latest/meta-data/'],
  ['IPv6', 'https://[::1]/client.json'],
  ['IPv4 mapped into IPv6', 'https://[::ffff:169.254.169.254]/client.json'],
  ['too much', `${AT}/${'c'.repeat(600)}`],
];

const NOT_PUBLIC: readonly (readonly [string, string])[] = [
  ['loopback', '127.0.0.1'],
  ['all of loopback', '127.255.255.254'],
  ['this network', '0.0.0.0'],
  ['10/8', '10.0.0.1'],
  ['172.16/12', '172.31.255.255'],
  ['192.168/16', '192.168.1.1'],
  ['carrier-grade NAT', '100.64.0.1'],
  ['the metadata service', '169.254.169.254'],
  ['the task metadata service', '169.254.170.2'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
  ['IPv6 loopback', '::1'],
  ['IPv6 unspecified', '::'],
  ['IPv6 mapped loopback', '::ffff:127.0.0.1'],
  ['IPv6 mapped, in hexadecimal', '::ffff:a9fe:a9fe'],
  ['IPv6 compatible', '::169.254.169.254'],
  ['the metadata service over IPv6', 'fd00:ec2::254'],
  ['unique local', 'fc00::1'],
  ['link-local', 'fe80::1'],
  ['link-local with a zone', 'fe80::1%eth0'],
  ['NAT64 of the metadata service', '64:ff9b::a9fe:a9fe'],
  ['6to4 of loopback', '2002:7f00:1::'],
  ['Teredo', '2001:0:1::1'],
];

type Answer = Parameters<World['documents']['answerWith']>[0];

const BAD_ANSWERS: readonly (readonly [string, NonNullable<Answer>])[] = [
  ['a redirect', (_q, r) => void r.writeHead(302, { Location: `${AT}/honest.json` }).end()],
  [
    'a redirect to the metadata service',
    (_q, r) => void r.writeHead(307, { Location: 'http://169.254.169.254/' }).end(),
  ],
  ['silence', () => {}],
  ['a byte now and then', (_q, r) => drip(r)],
  ['a huge document', (_q, r) => void json(r).end(JSON.stringify({ a: 'x'.repeat(70_000) }))],
  ['a huge length', (_q, r) => void json(r, { 'Content-Length': '99999999' }).write('{')],
  ['a compressed bomb', (_q, r) => void json(r, { 'Content-Encoding': 'gzip' }).end(gzipSync(Buffer.alloc(1e6)))],
  ['HTML', (_q, r) => void r.writeHead(200, { 'Content-Type': 'text/html' }).end('{}')],
  ['an error', (_q, r) => void r.writeHead(500, { 'Content-Type': 'application/json' }).end('{}')],
  ['half a document', (_q, r) => void json(r).end('{"client_id":')],
  ['no object', (_q, r) => void json(r).end('[]')],
];

const LIES: readonly (readonly [string, Record<string, unknown>])[] = [
  ['another id', { client_id: `${AT}/other.json` }],
  ['no id', { client_id: undefined }],
  ['a shared secret', { client_secret: 'x' }],
  ['a shared-secret method', { token_endpoint_auth_method: 'client_secret_basic' }],
  [
    'keys on another host',
    { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://evil.example/jwks.json' },
  ],
  ['a name that fills the page', { client_name: 'x'.repeat(5_000) }],
  ['a thousand redirect URIs', { redirect_uris: Array.from({ length: 1_000 }, (_, n) => `https://a.example/${n}`) }],
];

let published = 0;
const publish = ({ documents }: World, changes: Record<string, unknown> = {}) =>
  documents.publish(`/document-${++published}.json`, { redirect_uris: [REDIRECT], ...changes });

/** Refused, or told to come back: in neither case is anybody sent on. */
async function refusedFor(world: World, id: string): Promise<string | undefined> {
  const reply = await authorizeAs(world, world.source(), { client_id: id });
  return pageOnly(reply, reply.status === 503 ? 503 : 400);
}

export const documents: Theme = {
  name: 'metadata documents',
  attacks: [
    ...spellings(NOT_FETCHED, (what, id) => ({
      attack: `client_id that is ${what}`,
      expectation: 'page; no name resolved, nothing connected to',
      run: async (world) =>
        firstOf(
          await refusedFor(world, id),
          unless(world.network.asked.length === 0, `${world.network.asked[0]} was resolved`),
          unless(world.network.connected.length === 0, `${world.network.connected[0]} was connected to`),
        ),
    })),
    ...spellings(NOT_PUBLIC, (what, address) => ({
      attack: `a host that resolves to ${what} (${address})`,
      expectation: 'page; nothing connected to',
      run: async (world) => {
        world.freshWindow();
        const outcomes = [];
        for (const answer of [[address], [PUBLIC, address]]) {
          world.network.answers(answer);
          outcomes.push(await refusedFor(world, publish(world)));
        }
        return firstOf(...outcomes, unless(world.network.connected.length === 0, `${address} was connected to`));
      },
    })),
    {
      attack: 'a resolver that changes its answer between check and connection',
      expectation: 'asked once; only the checked address is connected to',
      run: async (world) => {
        world.freshWindow();
        world.network.answers([PUBLIC], ['127.0.0.1']);
        const reply = await authorizeAs(world, world.source(), { client_id: publish(world) });
        return firstOf(
          unless(reply.status === 200, `answered ${reply.status}`),
          unless(world.network.asked.length === 1, `asked ${world.network.asked.length} times`),
          unless(
            world.network.connected.every((address) => address === PUBLIC),
            'another address was connected to',
          ),
        );
      },
    },
    ...BAD_ANSWERS.map(
      ([what, answer]): Attack => ({
        attack: `a document server that answers with ${what}`,
        expectation: 'page, soon; one request, none followed',
        run: async (world) => {
          world.freshWindow();
          world.documents.answerWith(answer);
          const before = world.documents.requests.length;
          const started = Date.now();
          const outcome = await impatiently(() => refusedFor(world, publish(world)));
          return firstOf(
            outcome,
            unless(Date.now() - started < 2_000, 'the answer was waited for'),
            unless(world.documents.requests.length - before === 1, 'it was asked again'),
          );
        },
      }),
    ),
    ...LIES.map(
      ([what, changes]): Attack => ({
        attack: `a document with ${what}`,
        expectation: 'page',
        run: async (world) => {
          world.freshWindow();
          return refusedFor(world, publish(world, changes));
        },
      }),
    ),
    {
      attack: 'one source has documents fetched without end',
      expectation: 'stopped after twenty in a minute; another source is served',
      run: async (world) => {
        world.freshWindow();
        const source = world.source();
        const before = world.documents.requests.length;
        for (let n = 0; n < 25; n++) await authorizeAs(world, source, { client_id: publish(world) });
        const fetched = world.documents.requests.length - before;
        const other = await authorizeAs(world, world.source(), { client_id: publish(world) });
        return firstOf(
          unless(fetched === 20, `${fetched} were fetched`),
          unless(other.status === 200, 'others are locked out'),
        );
      },
    },
    {
      attack: 'many sources turn the broker against one host',
      expectation: 'stopped after sixty fetches in a minute',
      run: async (world) => {
        world.freshWindow();
        const before = world.documents.requests.length;
        for (let n = 0; n < 65; n++) await authorizeAs(world, world.source(), { client_id: publish(world) });
        const fetched = world.documents.requests.length - before;
        return unless(fetched === 60, `${fetched} were fetched`);
      },
    },
    {
      attack: 'one IPv6 subscriber has documents fetched without end, from address after address',
      expectation: 'stopped after twenty in a minute: its network counts',
      run: async (world) => {
        world.freshWindow();
        const before = world.documents.requests.length;
        for (let n = 1; n <= 25; n++) {
          await authorizeAs(world, `2001:db8:1:2::${n.toString(16)}`, { client_id: publish(world) });
        }
        const fetched = world.documents.requests.length - before;
        return unless(fetched === 20, `${fetched} were fetched`);
      },
    },
    ...spellings(
      [
        ['that must not be kept', 'no-store'],
        ['a minute old that was good for a minute', 'max-age=60'],
      ],
      (what, caching) => ({
        attack: `a redirect URI that its client has withdrawn, from a document ${what}`,
        expectation: 'page at once',
        run: async (world) => {
          world.freshWindow();
          const id = publish(world);
          const serve = (uri: string): NonNullable<Answer> => {
            const body = JSON.stringify({ client_id: id, redirect_uris: [uri] });
            return (_request, response) => void json(response, { 'Cache-Control': caching }).end(body);
          };
          world.documents.answerWith(serve(REDIRECT));
          const before = await authorizeAs(world, world.source(), { client_id: id });
          world.documents.answerWith(serve('https://client.example/new'));
          if (caching !== 'no-store') world.at.ahead += 61;
          return unless(before.status === 200, 'it was never good') ?? refusedFor(world, id);
        },
      }),
    ),
    {
      attack: 'a metadata document asked for where they are off',
      expectation: 'page; nothing resolved',
      run: async (world) => {
        const { metadataDocuments } = world.at.config.clients;
        const clients = world.at.config.clients as { metadataDocuments?: object };
        clients.metadataDocuments = undefined;
        try {
          const outcome = await refusedFor(world, `${AT}/honest.json`);
          return outcome ?? unless(world.network.asked.length === 0, 'the name was resolved');
        } finally {
          clients.metadataDocuments = metadataDocuments;
        }
      },
    },
    {
      attack: "a document's redirect URI given by another client's id",
      expectation: 'page',
      run: async (world) => {
        world.freshWindow();
        const one = publish(world, { redirect_uris: ['https://one.example/cb'] });
        const queryText = form(authorizationRequest({ client_id: one, redirect_uri: REDIRECT }).query);
        await new Browser(world.at).get('/oauth2/authorize', queryText);
        return pageOnly(await world.at.broker(request('GET', '/oauth2/authorize', { queryText })));
      },
    },
  ],
};

const json = (response: Parameters<NonNullable<Answer>>[1], headers: Record<string, string> = {}) =>
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });

function drip(response: Parameters<NonNullable<Answer>>[1]): void {
  json(response);
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
}
