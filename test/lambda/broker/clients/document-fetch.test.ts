import type { RequestListener, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { fetchDocument } from '../../../../lambda/broker/clients/document-fetch';
import { type CimdServer, startCimdServer } from '../../../support/cimd-server';
import { fakeNetwork, type Network, PUBLIC } from './network';

let server: CimdServer;
let network: Network;
let clientId: string;

/** Small enough for a test to wait for. */
const BOUNDS = { milliseconds: 400, bytes: 64 * 1024 };

beforeAll(async () => {
  server = await startCimdServer();
  clientId = server.publish('/client.json', { client_name: 'Example' });
});

afterAll(() => server.close());

beforeEach(() => {
  server.answerWith(undefined);
  network = fakeNetwork(server);
});

afterEach(() => jest.restoreAllMocks());

const answering = (
  headers: Record<string, string | number>,
  write: (response: ServerResponse) => void,
  status = 200,
) => {
  const listener: RequestListener = (_request, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    write(response);
  };
  server.answerWith(listener);
};

const problemOf = async (address = clientId) => {
  const fetched = await fetchDocument(address, BOUNDS);
  return fetched.ok ? fetched : fetched.problem;
};

test('A8 a document at a public address is fetched, over the address that was checked', async () => {
  expect(await fetchDocument(clientId)).toEqual({
    ok: true,
    body: { client_id: clientId, client_name: 'Example', token_endpoint_auth_method: 'none' },
    keepSeconds: 60,
  });
  expect(network.connected).toEqual([PUBLIC]);
});

test('A8 the request says nothing about us: no cookie, no compression, a neutral agent', async () => {
  let seen: unknown;
  server.answerWith((request, response) => {
    seen = request.headers;
    response.writeHead(200, { 'Content-Type': 'application/vnd.client+json; charset=utf-8' }).end('{}');
  });
  expect(await fetchDocument(clientId)).toMatchObject({ ok: true, body: {} });
  expect(seen).toEqual({
    host: server.host,
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'oauth-client-metadata',
    connection: 'close',
  });
});

test('A8 what the server says of caching comes back', async () => {
  answering({ 'Cache-Control': 'max-age=600' }, (response) => response.end('{}'));
  expect(await fetchDocument(clientId)).toMatchObject({ keepSeconds: 600 });
});

describe('A8 refuses an address', () => {
  test.each([
    ['http', 'http://client.example.org/client.json', 'address_not_https'],
    ['another scheme', 'file:///etc/passwd', 'address_not_https'],
    ['user information', 'https://user:pw@client.example.org/client.json', 'address_not_https'],
    ['what is no URL', 'https://', 'address_not_https'],
    ['IPv4', 'https://127.0.0.1/', 'address_is_ip'],
    ['IPv4 as one number', 'https://2130706433/', 'address_is_ip'],
    ['IPv4 in octal', 'https://0177.0.0.1/', 'address_is_ip'],
    ['IPv4 in hexadecimal', 'https://0x7f000001/', 'address_is_ip'],
    ['IPv4 in short', 'https://127.1/', 'address_is_ip'],
    ['IPv4 in wide digits', 'https://１２７.０.０.１/', 'address_is_ip'],
    ['IPv4 with a trailing dot', 'https://127.0.0.1./', 'address_is_ip'],
    ['public IPv4', 'https://93.184.215.14/', 'address_is_ip'],
    ['IPv6', 'https://[::1]/', 'address_is_ip'],
    ['IPv4 mapped into IPv6', 'https://[::ffff:169.254.169.254]/', 'address_is_ip'],
  ])('%s', async (_what, address, problem) => {
    expect(await problemOf(address)).toBe(problem);
    expect(network.asked()).toBe(0);
    expect(network.connected).toEqual([]);
  });
});

describe('A8 refuses a name that resolves', () => {
  test.each([
    ['to loopback', ['127.0.0.1']],
    ['to a private network', ['10.1.2.3']],
    ['to the metadata service', ['169.254.169.254']],
    ['to the metadata service over IPv6', ['fd00:ec2::254']],
    ['to loopback mapped into IPv6', ['::ffff:127.0.0.1']],
    ['to a public and a private address', [PUBLIC, '192.168.0.1']],
    ['to a private and a public address', ['::1', PUBLIC]],
  ])('%s', async (_what, addresses) => {
    network.answers(addresses);
    expect(await problemOf()).toBe('not_public');
    expect(network.connected).toEqual([]);
  });

  test('to nothing', async () => {
    network.answers([]);
    expect(await problemOf()).toBe('not_resolvable');
  });
});

test('A8 a resolver that changes its answer is asked once, and what it answered is connected to', async () => {
  network.answers([PUBLIC, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'], ['127.0.0.1']);
  expect(await fetchDocument(clientId)).toMatchObject({ ok: true });
  expect(network.asked()).toBe(1);
  expect(network.connected).toEqual([PUBLIC, '2606:2800:21f:cb07:6820:80da:af6b:8b2c']);
});

test.each([301, 302, 303, 307, 308])('A8 refuses a redirect (%d) and follows none', async (status) => {
  const before = server.requests.length;
  answering({ Location: 'https://client.example.org/client.json' }, (response) => response.end('{}'), status);
  expect(await problemOf()).toBe('redirected');
  expect(server.requests.length - before).toBe(1);
});

test.each([201, 204, 206, 404, 500])('A8 refuses status %d', async (status) => {
  answering({}, (response) => response.end(), status);
  expect(await problemOf()).toBe('bad_status');
});

test.each([
  'text/html',
  'text/plain; application/json',
  'application/jsonp',
  'image/svg+xml',
  'application/x-json+xml',
  '',
])('A8 refuses content type %j', async (type) => {
  answering({ 'Content-Type': type }, (response) => response.end('{}'));
  expect(await problemOf()).toBe('bad_type');
});

describe('A8 refuses a body', () => {
  test('larger than it may be, by its own account', async () => {
    answering({ 'Content-Length': BOUNDS.bytes + 1 }, (response) => response.write('{'));
    expect(await problemOf()).toBe('too_large');
  });

  test('larger than it may be, without saying so', async () => {
    answering({}, (response) => {
      response.write(`{"a":"${'x'.repeat(BOUNDS.bytes)}`);
      response.end('"}');
    });
    expect(await problemOf()).toBe('too_large');
  });

  test.each(['gzip', 'br', 'deflate', 'gzip, identity'])('compressed as %s: nothing is unfolded', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024));
    answering({ 'Content-Encoding': encoding }, (response) => response.end(bomb));
    expect(await problemOf()).toBe('encoded');
  });

  test('compressed without saying so', async () => {
    answering({}, (response) => response.end(gzipSync(Buffer.alloc(1024 * 1024))));
    expect(await problemOf()).toBe('not_json');
  });

  test.each([
    ['that is cut short', Buffer.from('{"client_id":')],
    ['that is not UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['that is empty', Buffer.alloc(0)],
  ])('%s', async (_what, body) => {
    answering({}, (response) => response.end(body));
    expect(await problemOf()).toBe('not_json');
  });

  test('whose connection breaks', async () => {
    answering({ 'Content-Length': 100 }, (response) => {
      response.write('{');
      setTimeout(() => response.destroy(), 20);
    });
    expect(await problemOf()).toBe('not_reachable');
  });

  test('of exactly the size it may have is taken', async () => {
    answering({}, (response) => response.end(`"${'x'.repeat(BOUNDS.bytes - 2)}"`));
    expect(await problemOf()).toMatchObject({ ok: true });
  });
});

describe('A8 waits no longer than it may', () => {
  const timed = async () => {
    const started = Date.now();
    const problem = await problemOf();
    expect(Date.now() - started).toBeLessThan(BOUNDS.milliseconds + 400);
    return problem;
  };

  test('for a server that never answers', async () => {
    server.answerWith(() => {});
    expect(await timed()).toBe('too_slow');
  });

  test('for a server that sends a byte at a time', async () => {
    answering({}, (response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    expect(await timed()).toBe('too_slow');
  });

  test('for a resolver that never answers', async () => {
    const { promises } = jest.requireActual<typeof import('node:dns')>('node:dns');
    jest.spyOn(promises, 'lookup').mockImplementation(() => new Promise(() => {}) as never);
    expect(await timed()).toBe('too_slow');
  });
});

describe('A8 refuses a server whose certificate', () => {
  test('nobody trusts', async () => {
    network.trust(false);
    expect(await problemOf()).toBe('not_reachable');
  });

  test('is another name’s', async () => {
    expect(await fetchDocument('https://other.example.org/client.json')).toEqual({
      ok: false,
      problem: 'not_reachable',
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
