import { request as httpRequest } from 'node:http';
import { exportSPKI, SignJWT, UnsecuredJWT } from 'jose';
import type { ApiSpec, RouteSpec } from '../../../local/deployment/apis';
import type { InvokePermission } from '../../../local/deployment/permissions';
import type { InvokeResult } from '../../../local/functions/invocation';
import { Gateway } from '../../../local/gateway/gateway';
import { type Listener, listenOnLoopback } from '../../../local/loopback';
import { type Issuer, startIssuer } from '../fixtures/issuer';

const PORT = 4150;
const ORIGIN = `http://localhost:${PORT}`;
const SCOPE = `${ORIGIN}/mcp/read`;
const permission: InvokePermission = {
  functionArn: 'fn',
  action: 'lambda:InvokeFunction',
  principal: 'apigateway.amazonaws.com',
};

let issuer: Issuer;
let listener: Listener | undefined;
let events: Record<string, unknown>[];
let accessLog: string[];

beforeAll(async () => {
  issuer = await startIssuer();
});

afterAll(() => issuer.close());

afterEach(async () => {
  await listener?.close();
  listener = undefined;
});

interface Setup {
  readonly api?: Partial<ApiSpec>;
  readonly route?: Partial<RouteSpec>;
  readonly permissions?: readonly InvokePermission[];
  readonly result?: () => Promise<InvokeResult>;
  readonly disabled?: boolean;
}

async function serve({ api, route, permissions = [permission], result, disabled = false }: Setup = {}): Promise<void> {
  events = [];
  accessLog = [];
  const authorizer = { logicalId: 'Jwt', issuer: issuer.issuer, audience: [`${ORIGIN}/mcp`], header: 'authorization' };
  const spec: ApiSpec = {
    logicalId: 'Api',
    id: 'abc',
    region: 'eu-central-1',
    account: '123456789012',
    stage: {
      logicalId: 'Stage',
      name: '$default',
      routeThrottles: {},
      accessLogFormat: '$context.status $context.routeKey $context.authorizer.error',
    },
    routes: [
      { key: 'POST /mcp', functionArn: 'fn', timeoutMs: 300, authorizer, scopes: [SCOPE], ...route },
      { key: 'GET /public', functionArn: 'fn', timeoutMs: 300, scopes: [] },
    ],
    ...api,
  };
  const invoke = async (payload: string) => {
    events.push(JSON.parse(payload));
    return result
      ? result()
      : response({ statusCode: 200, headers: { 'access-control-allow-origin': '*' }, body: 'ok' });
  };
  const gateway = await Gateway.create(spec, {
    functions: new Map([['fn', { invoke }]]),
    permissions,
    accessLog: (line) => accessLog.push(line),
  });
  listener = await listenOnLoopback(
    PORT,
    (incoming, outgoing) => void gateway.handle(PORT, disabled, incoming, outgoing),
  );
}

function response(value: unknown): InvokeResult {
  return { kind: 'response', payload: Buffer.from(JSON.stringify(value)) };
}

function token(changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer.issuer,
    aud: `${ORIGIN}/mcp`,
    client_id: 'c',
    sub: 'u',
    iat: now - 5,
    exp: now + 60,
    scope: SCOPE,
  };
  return issuer.sign({ ...claims, ...changes }, header);
}

async function post(bearer?: string, body = '{}', headers: Record<string, string> = {}) {
  const answer = await fetch(`${ORIGIN}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...headers,
    },
    body,
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

test('A3 a good token reaches the function, its claims as text beside the matching scopes', async () => {
  await serve();
  expect(await post(await token())).toMatchObject({ status: 200, text: 'ok' });
  expect(events[0]).toMatchObject({
    requestContext: {
      authorizer: { jwt: { claims: { client_id: 'c', exp: expect.stringMatching(/^\d+$/) }, scopes: [SCOPE] } },
    },
  });
});

test('T1 A2 without a token: 401, a bare challenge, and the function is not called', async () => {
  await serve();
  const answer = await post();
  expect(answer).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  expect(events).toEqual([]);
});

describe('A3 refuses', () => {
  const bad: [string, () => Promise<string> | string, string][] = [
    ['an expired token', () => token({ exp: 1 }), 'the token has expired'],
    ['a token for another audience', () => token({ aud: 'https://other' }), 'the token does not have a valid audience'],
    ['a token of another issuer', () => token({ iss: 'https://other' }), 'the token does not have a valid issuer'],
    ['an unknown key', () => token({}, { kid: 'unknown' }), 'invalid token signature or format'],
    ['a token that names no key', () => token({}, { kid: undefined }), 'the token names no key'],
    ['an elliptic-curve signature', () => token({}, { alg: 'ES256', kid: 'ec' }), 'invalid token signature or format'],
    [
      'alg none',
      () => new UnsecuredJWT({ iss: issuer.issuer, aud: `${ORIGIN}/mcp`, scope: SCOPE }).encode(),
      'the token names no key',
    ],
    ['HS256 with the public key', hs256WithPublicKey, 'invalid token signature or format'],
    ['no JWT', () => 'abc', 'invalid token signature or format'],
  ];
  test.each(bad)('%s', async (_, make, reason) => {
    await serve();
    const answer = await post(await make());
    expect(answer).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer scope="" error="invalid_token" error_description="${reason}"`,
    );
    expect(events).toEqual([]);
    expect(accessLog).toEqual([`401 POST /mcp ${reason}`]);
  });
});

async function hs256WithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(issuer.keys.publicKey));
  return new SignJWT({ iss: issuer.issuer, aud: `${ORIGIN}/mcp`, scope: SCOPE })
    .setProtectedHeader({ alg: 'HS256', kid: 'rsa' })
    .sign(secret);
}

test('a token without a scope of the route: 403', async () => {
  await serve();
  expect(await post(await token({ scope: 'other' }))).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
  expect(events).toEqual([]);
});

test('a route without a Lambda permission: 500', async () => {
  await serve({ permissions: [] });
  expect(await post(await token())).toMatchObject({ status: 500, text: '{"message":"Internal Server Error"}' });
  expect(events).toEqual([]);
});

test.each<[string, () => Promise<InvokeResult>, number, string]>([
  [
    'a function error',
    async () => ({ kind: 'error', errorType: 'Error', errorMessage: 'password=1' }),
    500,
    'Internal Server Error',
  ],
  ['a malformed result', async () => response({ statusCode: 'x' }), 500, 'Internal Server Error'],
  ['a throttled function', async () => ({ kind: 'throttled' }), 503, 'Service Unavailable'],
  ['a function slower than the integration', () => new Promise(() => {}), 503, 'Service Unavailable'],
])('%s', async (_, result, status, message) => {
  await serve({ result });
  expect(await post(await token())).toMatchObject({ status, text: JSON.stringify({ message }) });
});

test('no route: 404, and the method counts', async () => {
  await serve();
  for (const [method, path] of [
    ['GET', '/nowhere'],
    ['PUT', '/mcp'],
  ] as const) {
    const answer = await fetch(`${ORIGIN}${path}`, { method });
    expect([answer.status, await answer.text()]).toEqual([404, '{"message":"Not Found"}']);
  }
});

test('a switched-off execute-api address answers 404', async () => {
  await serve({ disabled: true });
  expect((await fetch(`${ORIGIN}/public`)).status).toBe(404);
});

test('a host that is not this one: 403', async () => {
  await serve();
  const status = await new Promise((resolve) => {
    httpRequest(`${ORIGIN}/public`, { headers: { host: 'evil.example' } }, (answer) =>
      resolve(answer.resume().statusCode),
    ).end();
  });
  expect(status).toBe(403);
  expect((await fetch(`http://127.0.0.1:${PORT}/public`)).status).toBe(200);
});

test('beyond the throttle: 429', async () => {
  await serve({
    api: {
      stage: {
        logicalId: 'Stage',
        name: '$default',
        routeThrottles: {},
        defaultThrottle: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
      },
    },
  });
  const statuses = [await fetch(`${ORIGIN}/public`), await fetch(`${ORIGIN}/public`)].map((answer) => answer.status);
  expect(statuses).toEqual([200, 429]);
});

test('a body over 10 MB: 413', async () => {
  await serve();
  expect(await post(await token(), 'x'.repeat(10 * 1024 * 1024 + 1))).toMatchObject({
    status: 413,
    text: '{"message":"Request Entity Too Large"}',
  });
  expect(events).toEqual([]);
});

describe('A18 CORS', () => {
  const cors = { AllowOrigins: ['https://app.example'], AllowMethods: ['POST'], AllowHeaders: ['authorization'] };
  const preflight = (path: string) =>
    fetch(`${ORIGIN}${path}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
    });

  test('a preflight is answered by the API, without a route', async () => {
    await serve({ api: { cors } });
    const answer = await preflight('/mcp');
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://app.example']);
    expect(events).toEqual([]);
  });

  test('without a configuration a preflight is a request like any other', async () => {
    await serve();
    expect((await preflight('/mcp')).status).toBe(404);
  });

  test('the configuration overrides the backend', async () => {
    await serve({ api: { cors } });
    const answer = await post(await token(), '{}', { origin: 'https://app.example' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect((await fetch(`${ORIGIN}/public`)).headers.get('access-control-allow-origin')).toBeNull();
  });

  test('$default with an authorizer takes preflights too', async () => {
    await serve({ api: { cors }, route: { key: '$default' } });
    expect((await preflight('/mcp')).status).toBe(401);
  });
});

test('status, headers, cookies and bytes of the function reach the client', async () => {
  const body = Buffer.from([0, 255]).toString('base64');
  await serve({
    result: async () =>
      response({ statusCode: 202, headers: { 'X-A': 'b' }, cookies: ['a=1', 'b=2'], body, isBase64Encoded: true }),
  });
  const answer = await fetch(`${ORIGIN}/public`);
  expect(answer.status).toBe(202);
  expect(answer.headers.get('x-a')).toBe('b');
  expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(answer.headers.get('apigw-requestid')).toBeTruthy();
  expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255]);
});

test('an issuer that does not answer stops the start', async () => {
  const authorizer = { logicalId: 'Jwt', issuer: 'http://127.0.0.1:4199', audience: ['a'], header: 'authorization' };
  await expect(serve({ route: { authorizer } })).rejects.toThrow(
    'the issuer of Jwt does not answer at http://127.0.0.1:4199/.well-known/',
  );
});

test('an issuer whose document names another stops the start', async () => {
  const authorizer = { logicalId: 'Jwt', issuer: `${issuer.issuer}/`, audience: ['a'], header: 'authorization' };
  await expect(serve({ route: { authorizer } })).rejects.toThrow('has another issuer or no jwks_uri');
});

describe('what a sign-in needs', () => {
  const route = (key: string): RouteSpec => ({ key, functionArn: 'fn', timeoutMs: 300, scopes: [] });
  const routes = ['GET /oauth2/authorize', 'POST /oauth2/token', 'OPTIONS /oauth2/token'].map(route);

  test('the query arrives as it was sent, repeated and empty parameters included', async () => {
    await serve({ api: { routes } });
    await fetch(`${ORIGIN}/oauth2/authorize?scope=a%20b&scope=c+d&empty=&bare&x=%2526`);
    expect(events[0]).toMatchObject({ rawQueryString: 'scope=a%20b&scope=c+d&empty=&bare&x=%2526' });
  });

  test('a form arrives in base64, for it is no text to an HTTP API', async () => {
    await serve({ api: { routes } });
    await fetch(`${ORIGIN}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'x', code: 'ä' }),
    });
    const { body, isBase64Encoded, headers } = events[0] as Record<string, string>;
    expect(isBase64Encoded).toBe(true);
    expect(Buffer.from(body ?? '', 'base64').toString()).toBe('grant_type=x&code=%C3%A4');
    expect(headers).toMatchObject({ 'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/) });
  });

  test('a redirect keeps its location, its cookies come one by one, and cookies sent are a list', async () => {
    const location = 'http://127.0.0.1:8765/callback?code=a%20b&iss=http%3A%2F%2Flocalhost%3A4150';
    const cookies = ['mcp-tx=a; Path=/; HttpOnly', 'b=; Path=/; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT'];
    const result = { statusCode: 303, headers: { Location: location }, cookies };
    await serve({ api: { routes }, result: async () => response(result) });
    const answer = await fetch(`${ORIGIN}/oauth2/authorize`, {
      redirect: 'manual',
      headers: { cookie: 'mcp-tx=a=b; c="d"' },
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, location]);
    expect(answer.headers.getSetCookie()).toEqual(cookies);
    expect(events[0]).toMatchObject({ cookies: ['mcp-tx=a=b', 'c="d"'] });
  });

  test('a page arrives with its type and headers, character by character', async () => {
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'" };
    const body = '<!doctype html><p>Zulassen – ✓</p>';
    await serve({ api: { routes }, result: async () => response({ statusCode: 200, headers, body }) });
    const answer = await fetch(`${ORIGIN}/oauth2/authorize`);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(await answer.text()).toBe(body);
  });

  test('A18 without CORS of the API a preflight reaches the function where a route takes it, and is unknown elsewhere', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*' };
    await serve({ api: { routes }, result: async () => response({ statusCode: 204, headers }) });
    const preflight = (path: string) =>
      fetch(`${ORIGIN}${path}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
      });
    const allowed = await preflight('/oauth2/token');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    const refused = await preflight('/oauth2/authorize');
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([404, null]);
  });
});
