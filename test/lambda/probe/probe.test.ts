/** What the probe calls healthy, and what not. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { askAt } from '../../../lambda/probe/ask';
import { configFrom, type ProbeConfig } from '../../../lambda/probe/config';
import { look } from '../../../lambda/probe/look';
import { probe } from '../../../lambda/probe/probe';
import { secretsManager, tokenOf } from '../../../lambda/probe/token';
import { CONTRACT_VERSION } from '../../../lib/private/contract';

interface Seen {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = { status: number; body?: string | object; headers?: Record<string, string> };

let server: Server;
let address: string;
const seen: Seen[] = [];
let answer: (request: Seen) => Answer;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const one = { method: request.method, url: request.url, headers: request.headers, body };
      seen.push(one);
      const { status, body: given = {}, headers } = answer(one);
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
  answer = healthy;
});

// Nobody listens at the shared name: what is asked must go to the address of the region.
const RESOURCE = 'http://shared.localhost:1/mcp';
const CALLER = {
  tokenEndpoint: 'http://shared.localhost:1/oauth2/token',
  client: 'probe',
  secretId: 'secret',
  scope: `${RESOURCE}/read`,
};
const config = (): ProbeConfig => ({
  server: 'notes',
  resource: RESOURCE,
  resourceMetadata: 'http://shared.localhost:1/.well-known/oauth-protected-resource/mcp',
  address,
  caller: CALLER,
});

const BEGUN = { protocolVersion: '2025-06-18', serverInfo: { name: 'notes' } };

function healthy({ url, method, body }: Seen): Answer {
  if (url === '/oauth2/token') return { status: 200, body: { access_token: 'token', expires_in: 900 } };
  if (method !== 'POST') return { status: 204, body: '' };
  const { method: called, id } = JSON.parse(body);
  if (id === undefined) return { status: 202, body: '' };
  return { status: 200, body: { jsonrpc: '2.0', id, result: called === 'initialize' ? BEGUN : { tools: [] } } };
}

/** A server that answers what it is asked without a token, and nothing else. */
function asksForToken({ method }: Seen): Answer {
  if (method === 'GET') return { status: 200, body: { resource: RESOURCE } };
  return { status: 401, headers: { 'www-authenticate': 'Bearer' } };
}

const ask = () => askAt(address);
const methods = () => seen.map(({ body }) => (body === '' ? 'end' : JSON.parse(body).method));
const run = () => probe(config(), ask(), 'token');

test('O2 a server that answers initialize and lists its tools is healthy', async () => {
  await expect(run()).resolves.toBeUndefined();
  expect(methods()).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
  expect(seen[0]?.headers).toMatchObject({ host: 'shared.localhost:1', authorization: 'Bearer token' });
});

test.each([
  ['refuses the token', () => ({ status: 401 })],
  ['fails', () => ({ status: 503 })],
  ['answers an error', () => ({ status: 200, body: { jsonrpc: '2.0', id: 1, error: { code: -32603 } } })],
  ['answers what is no message', () => ({ status: 200, body: '<html>' })],
  ['answers something else', () => ({ status: 200, body: { jsonrpc: '2.0', id: 1, result: {} } })],
])('O2 a server that %s is not', async (_name, given) => {
  answer = given;
  await expect(run()).rejects.toThrow();
});

test('O2 nor is one that does not say which server answered', async () => {
  answer = (request) => {
    const body = { jsonrpc: '2.0', id: 1, result: { tools: [] } };
    return request.method === 'POST' ? { status: 200, body } : healthy(request);
  };
  await expect(run()).rejects.toThrow('initialize was answered without serverInfo');
});

test('O2 nor is one that cannot list its tools', async () => {
  answer = (request) => (request.body.includes('tools/list') ? { status: 500 } : healthy(request));
  await expect(run()).rejects.toThrow('tools/list was answered 500');
});

test('O2 a stream is an answer too, and a session that was begun is ended', async () => {
  answer = (request) => {
    const { body = {}, status } = healthy(request);
    if (request.method !== 'POST') return { status };
    const headers = { 'content-type': 'text/event-stream', 'mcp-session-id': 'one' };
    return { status, body: `event: message\ndata: ${JSON.stringify(body)}\n\n`, headers };
  };
  await run();
  expect(seen.map(({ method, headers }) => [method, headers['mcp-session-id']])).toEqual([
    ['POST', undefined],
    ['POST', 'one'],
    ['POST', 'one'],
    ['DELETE', 'one'],
  ]);
});

/** As servers do that keep a session and are strict about it. */
function strict(request: Seen): Answer {
  const reply = healthy(request);
  const called = request.method === 'POST' ? JSON.parse(request.body).method : 'end';
  if (called === 'initialize') return { ...reply, headers: { 'mcp-session-id': 'one' } };
  const ready = methods().includes('notifications/initialized');
  const { headers } = request;
  return ready && headers['mcp-protocol-version'] === '2025-06-18' && headers['mcp-session-id'] === 'one'
    ? reply
    : { status: 400 };
}

test('O2 goes on as the server said it would: in its revision, after saying that it is ready', async () => {
  answer = strict;
  await run();
  expect(methods()).toEqual(['initialize', 'notifications/initialized', 'tools/list', 'end']);
  expect(seen.map(({ headers }) => headers['mcp-protocol-version'])).toEqual([
    undefined,
    '2025-06-18',
    '2025-06-18',
    '2025-06-18',
  ]);
});

test('O2 a session is ended too where the server is not healthy', async () => {
  answer = (request) => (request.body.includes('initialized') ? { status: 500 } : strict(request));
  await expect(run()).rejects.toThrow('notifications/initialized was answered 500, not 202');
  expect(methods().at(-1)).toBe('end');
});

describe('a server that knows initialize no more', () => {
  const modern = ({ body, headers }: Seen): Answer => {
    const { method, params } = JSON.parse(body);
    const version = params._meta?.['io.modelcontextprotocol/protocolVersion'];
    if (version === undefined) return { status: 400, body: { jsonrpc: '2.0', id: 1, error: { code: -32022 } } };
    const told = headers['mcp-method'] === method && headers['mcp-protocol-version'] === version;
    const result = method === 'tools/list' ? { tools: [] } : { supportedVersions: ['2026-07-28'] };
    return told ? { status: 200, body: { jsonrpc: '2.0', id: 1, result } } : { status: 400 };
  };

  test.each([400, 200])('O2 is healthy when it lists its tools in the modern era (refused with %s)', async (status) => {
    answer = (request) => ({ ...modern(request), ...(request.body.includes('"initialize"') && { status }) });
    await run();
    expect(methods()).toEqual(['initialize', 'server/discover', 'tools/list']);
    expect(seen.every(({ headers }) => headers.authorization === 'Bearer token')).toBe(true);
  });

  test('O2 is not when it does not', async () => {
    answer = (request) => (request.body.includes('tools/list') ? { status: 500 } : modern(request));
    await expect(run()).rejects.toThrow('tools/list was answered 500');
    answer = (request) =>
      request.body.includes('discover')
        ? { status: 200, body: { result: { supportedVersions: ['2025-11-25'] } } }
        : modern(request);
    await expect(run()).rejects.toThrow('initialize was refused, and server/discover does not name 2026-07-28');
  });
});

test('O2 without a client, discovery must answer and a call must want a token', async () => {
  const anonymous = { ...config(), caller: undefined };
  answer = asksForToken;
  await expect(probe(anonymous, ask())).resolves.toBeUndefined();
  answer = (request) => (request.method === 'GET' ? asksForToken(request) : { status: 200 });
  await expect(probe(anonymous, ask())).rejects.toThrow('a call without a token was answered 200, not 401');
  answer = (request) => ({ ...asksForToken(request), headers: {} });
  await expect(probe(anonymous, ask())).rejects.toThrow('refused without being asked for one');
  answer = (request) => (request.method === 'GET' ? { status: 200, body: { resource: 'https://x' } } : { status: 401 });
  await expect(probe(anonymous, ask())).rejects.toThrow('discovery speaks of another server');
});

describe('while no token is to be had', () => {
  const away = (request: Seen): Answer => (request.url === '/oauth2/token' ? { status: 503 } : asksForToken(request));
  const tokens = () => tokenOf(CALLER, ask(), async () => 'secret');
  const tokenFault = 'the token endpoint answered 503';

  test('O2 the region is healthy as long as it answers without one, and says that there is none', async () => {
    answer = away;
    expect(await look(config(), ask(), tokens())).toEqual({ tokenFault });
  });

  test('O2 it is not when it does not answer without one either', async () => {
    answer = () => ({ status: 503 });
    expect(await look(config(), ask(), tokens())).toEqual({ fault: 'discovery was answered 503, not 200', tokenFault });
    const nobody = askAt('127.0.0.1:1');
    expect(
      await look(
        config(),
        nobody,
        tokenOf(CALLER, nobody, async () => 'secret'),
      ),
    ).toMatchObject({
      fault: expect.stringContaining('ECONNREFUSED'),
      tokenFault: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('O2 nor is it for want of a secret', async () => {
    answer = away;
    const unread = tokenOf(CALLER, ask(), () => Promise.reject(new Error('secretsmanager answered 500')));
    expect(await look(config(), ask(), unread)).toEqual({ tokenFault: 'secretsmanager answered 500' });
  });

  test.each([401, 503])(
    'O2 a token that is refused with %d is refused because the keys are away too',
    async (status) => {
      const held = tokens();
      answer = healthy;
      expect(await look(config(), ask(), held)).toEqual({});
      answer = (request) => (request.headers.authorization === 'Bearer token' ? { status } : away(request));
      expect(await look(config(), ask(), held)).toEqual({ tokenFault });
    },
  );

  test('O2 a server that fails is not healthy for that', async () => {
    const held = tokens();
    answer = healthy;
    await look(config(), ask(), held);
    answer = (request) => (request.headers.authorization === 'Bearer token' ? { status: 500 } : away(request));
    expect(await look(config(), ask(), held)).toEqual({ fault: 'initialize was answered 500, not 200' });
  });
});

test('O2 a token that is not taken any more is replaced, and what a new one says counts', async () => {
  const tokens = tokenOf(CALLER, ask(), async () => 'secret');
  let issued = 0;
  answer = (request) => {
    if (request.url === '/oauth2/token')
      return { status: 200, body: { access_token: `t${issued++}`, expires_in: 3600 } };
    return request.headers.authorization === 'Bearer t1' ? healthy(request) : { status: 401 };
  };
  expect(await look(config(), ask(), tokens)).toEqual({});
  answer = (request) => (request.url === '/oauth2/token' ? healthy(request) : { status: 401 });
  expect(await look(config(), ask(), tokens)).toEqual({ fault: 'initialize was answered 401, not 200' });
});

test('O2 the token is got as its client, and kept until shortly before its end', async () => {
  let now = 0;
  const read = jest.fn(async () => 's3cret:');
  const token = tokenOf(CALLER, ask(), read, () => now);
  expect(await token()).toEqual({ token: 'token' });
  now = 290_000;
  await token();
  expect(seen).toHaveLength(1);
  expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('probe:s3cret%3A').toString('base64')}`);
  expect(seen[0]?.body).toBe(new URLSearchParams({ grant_type: 'client_credentials', scope: CALLER.scope }).toString());
  now = 310_000;
  await token();
  expect(seen).toHaveLength(2);
  answer = () => ({ status: 400 });
  const fault = expect.objectContaining({ message: 'the token endpoint answered 400' });
  now = 1_080_000;
  expect(await token()).toEqual({ token: 'token', fault });
  now = 1_100_000;
  expect(await token()).toEqual({ token: undefined, fault });
  answer = healthy;
  expect(await token()).toEqual({ token: 'token' });
  expect(read).toHaveBeenCalledTimes(3);
});

test('O2 the secret is read from Secrets Manager', async () => {
  answer = () => ({ status: 200, body: { SecretString: 'value' } });
  const environment = { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL_SECRETSMANAGER: `http://${address}` };
  expect(await secretsManager(environment)('one')).toBe('value');
  expect(seen[0]?.headers['x-amz-target']).toBe('secretsmanager.GetSecretValue');
});

test('O2 what is asked is said by the environment', () => {
  const environment = {
    MCP_CONTRACT: CONTRACT_VERSION,
    MCP_SERVER: 'notes',
    MCP_RESOURCE: 'https://mcp.example.com/mcp',
    MCP_RESOURCE_METADATA: 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp',
    MCP_PROBE_ADDRESS: 'd-1.execute-api.us-east-1.amazonaws.com',
  };
  expect(configFrom(environment).caller).toBeUndefined();
  expect(() => configFrom({ ...environment, MCP_PROBE_CLIENT: 'one' })).toThrow('MCP_TOKEN_ENDPOINT is not set');
});
