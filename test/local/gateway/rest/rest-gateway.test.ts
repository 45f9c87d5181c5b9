import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { compileStatement } from '../../../../local/waf/statement';
import {
  AUTHORIZER,
  BUFFERED,
  failure,
  method,
  origin,
  policy,
  port,
  post,
  prelude,
  result,
  type Served,
  type Setup,
  STREAMED,
  serve as serveOn,
  streaming,
} from './fixture';

let served: Served | undefined;

async function serve(setup: Setup = {}): Promise<Served> {
  served = await serveOn(setup);
  return served;
}

afterEach(async () => {
  await served?.close();
  served = undefined;
});

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const secured = (more: object = {}) => [method(BUFFERED, { authorizer: { ...AUTHORIZER, ...more } })];

describe('what is not there', () => {
  test('an unknown path, and an unknown method of a known one: 403, as if a token was missing', async () => {
    const { accessLog } = await serve();
    for (const [path, verb] of [
      ['/other', 'POST'],
      ['/mcp', 'GET'],
      ['/mcp', 'HEAD'],
      ['/', 'GET'],
    ] as const) {
      const answer = await fetch(`${origin()}${path}`, { method: verb });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationTokenException');
      if (verb !== 'HEAD') expect(await answer.text()).toBe('{"message":"Missing Authentication Token"}');
    }
    expect(accessLog[0]).toBe('403 POST - MISSING_AUTHENTICATION_TOKEN -');
  });

  test('a switched-off execute-api address: 403 Forbidden, whatever the gateway responses say', async () => {
    const gatewayResponses = { DEFAULT_4XX: { status: 404, headers: {}, templates: {} } };
    await serve({ endpoint: { kind: 'execute-api', basePath: '/live', disabled: true }, api: { gatewayResponses } });
    expect(await post('/live/mcp')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
  });

  test('an execute-api address begins with the stage; events do not', async () => {
    const { events } = await serve({ endpoint: { kind: 'execute-api', basePath: '/live' } });
    expect(await post('/live/mcp')).toMatchObject({ status: 200 });
    expect(await post('/mcp')).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect(events[0]).toMatchObject({ path: '/mcp', requestContext: { path: '/live/mcp', stage: 'live' } });
  });

  test('behind a base path events have the whole path', async () => {
    const { events } = await serve({ endpoint: { basePath: '/v1' } });
    expect(await post('/v1/mcp')).toMatchObject({ status: 200 });
    expect(events[0]).toMatchObject({ resource: '/mcp', path: '/v1/mcp', requestContext: { path: '/v1/mcp' } });
    expect((await post('/v1x/mcp')).status).toBe(403);
  });

  test('a host that is not this one reaches no REST API', async () => {
    await serve();
    const outgoing = httpRequest({ port: port(), path: '/mcp', method: 'POST', headers: { host: 'evil.example.com' } });
    const [incoming] = await once(outgoing.end(), 'response');
    expect(incoming.statusCode).toBe(403);
  });
});

describe('a Lambda authorizer', () => {
  test('A3 allows: the function is called, and sees who it is', async () => {
    const { events, asked, accessLog } = await serve({ methods: secured() });
    expect((await post('/mcp', bearer('good'))).status).toBe(200);
    expect(asked[0]).toMatchObject({
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:abc/live/POST/mcp',
      resource: '/mcp',
      httpMethod: 'POST',
    });
    expect(asked[0]).not.toHaveProperty('body');
    expect(events[0]).toMatchObject({ requestContext: { authorizer: { principalId: 'ada', client: 'c' } } });
    expect(accessLog).toEqual(['200 POST /mcp - ada']);
  });

  test('T1 without its identity source: 401, and nobody is asked', async () => {
    const { events, asked } = await serve({ methods: secured() });
    expect(await post()).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect([events, asked]).toEqual([[], []]);
  });

  test.each<[string, number, string, () => ReturnType<typeof result>]>([
    ["the error 'Unauthorized' is a 401", 401, '{"message":"Unauthorized"}', () => failure('Unauthorized')],
    ['any other error is a 500', 500, '{"message":null}', () => failure('keys_unavailable')],
    [
      'a policy that says nothing of the method is a 403',
      403,
      '{"message":"User is not authorized to access this resource"}',
      () => policy('Allow', 'arn:aws:execute-api:eu-central-1:123456789012:abc/live/GET/mcp'),
    ],
    [
      'a denial goes before a permission',
      403,
      '{"message":"User is not authorized to access this resource with an explicit deny"}',
      () => policy('Deny', '*'),
    ],
    ['an answer without a policy is a 500', 500, '{"message":null}', () => result({ principalId: 'ada' })],
    [
      'a context with a list is a 500',
      500,
      '{"message":null}',
      () => policy('Allow', '*', { context: { groups: ['a'] } }),
    ],
  ])('%s', async (_name, status, text, answer) => {
    const { events } = await serve({ methods: secured(), judge: answer });
    expect(await post('/mcp', bearer('x'))).toMatchObject({ status, text });
    expect(events).toEqual([]);
  });

  test('its answer is kept by the identity source, a refusal by error is not', async () => {
    const { asked } = await serve({ methods: secured(), judge: () => policy('Allow', '*') });
    await post('/mcp', bearer('a'));
    await post('/mcp', bearer('a'));
    expect(asked).toHaveLength(1);
    await post('/mcp', bearer('b'));
    expect(asked).toHaveLength(2);
    await served?.close();
    const refusing = await serve({ methods: secured(), judge: () => failure('Unauthorized') });
    await post('/mcp', bearer('a'));
    await post('/mcp', bearer('a'));
    expect(refusing.asked).toHaveLength(2);
  });

  test('a kept policy is evaluated for every method anew', async () => {
    const get = method(BUFFERED, { httpMethod: 'GET', authorizer: AUTHORIZER });
    const { asked } = await serve({ methods: [...secured(), get] });
    expect((await post('/mcp', bearer('a'))).status).toBe(200);
    expect((await fetch(`${origin()}/mcp`, bearer('a'))).status).toBe(403);
    expect(asked).toHaveLength(1);
  });

  test('without a permission to invoke it: 500', async () => {
    const permissions = [{ functionArn: 'fn', action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' }];
    const { asked } = await serve({ methods: secured(), permissions });
    expect(await post('/mcp', bearer('a'))).toMatchObject({ status: 500, text: '{"message":null}' });
    expect(asked).toEqual([]);
    await served?.close();
    await serve({ methods: secured({ byRole: true }), permissions });
    expect((await post('/mcp', bearer('a'))).status).toBe(200);
  });
});

describe('a function behind it', () => {
  test('several headers of a name, and a challenge that loses its name', async () => {
    await serve({
      fn: async () =>
        result({
          statusCode: 403,
          headers: { 'WWW-Authenticate': 'Bearer x', 'X-A': '1', server: 'me' },
          multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], 'x-a': ['2', '3'] },
        }),
    });
    const { status, headers, text } = await post();
    expect([status, text]).toEqual([403, '']);
    expect(headers.get('www-authenticate')).toBeNull();
    expect(headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer x');
    expect(headers.get('x-amzn-remapped-server')).toBe('me');
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('x-a')).toBe('2, 3');
    expect(headers.get('content-type')).toBe('application/json');
  });

  test.each<[string, number, string, Setup]>([
    ['a malformed answer: 502', 502, 'Internal server error', { fn: async () => result({ status: 200 }) }],
    ['a function error: 502', 502, 'Internal server error', { fn: async () => failure('boom') }],
    ['throttled by Lambda: 500', 500, 'Internal server error', { fn: async () => ({ kind: 'throttled' }) }],
    ['no permission for the method: 500', 500, 'Internal server error', { permissions: [] }],
    ['slower than the integration: 504', 504, 'Endpoint request timed out', { fn: () => new Promise(() => {}) }],
  ])('%s', async (_name, status, message, setup) => {
    await serve(setup);
    expect(await post()).toMatchObject({ status, text: JSON.stringify({ message }) });
  });

  test('a request over 10 MB: 413, over the 6 MB of Lambda too', async () => {
    const { events } = await serve();
    for (const bytes of [7, 11]) {
      const answer = await post('/mcp', { body: 'x'.repeat(bytes * 1024 * 1024) });
      expect(answer.status).toBe(413);
    }
    expect(events).toEqual([]);
  });

  test('throttling counts for every method by itself', async () => {
    const get = method(BUFFERED, { httpMethod: 'GET' });
    const throttles = [
      { method: '*', path: '/*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
      { method: 'POST', path: '/mcp', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
    ];
    const stage = { logicalId: 'Live', name: 'live', deploymentId: 'd', throttles };
    await serve({ methods: [method(BUFFERED), get], api: { stage } });
    expect((await post()).status).toBe(200);
    expect(await post()).toMatchObject({ status: 429, text: '{"message":"Too Many Requests"}' });
    for (const status of [200, 200, 429]) expect((await fetch(`${origin()}/mcp`)).status).toBe(status);
  });
});

describe('a streamed response', () => {
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  test('status and headers leave with the metadata, the rest as it is written', async () => {
    await serve({
      methods: [method(STREAMED)],
      fn: streaming(async (stream) => {
        const metadata = prelude({
          statusCode: 201,
          headers: { 'content-type': 'text/event-stream', 'www-authenticate': 'Bearer x' },
          cookies: ['a=1'],
        });
        // A delimiter may come in two pieces.
        stream.write(metadata.slice(0, -3));
        await pause(20);
        stream.write(`${metadata.slice(-3)}one`);
        await pause(200);
        stream.end('two');
      }),
    });
    const begun = Date.now();
    const answer = await fetch(`${origin()}/mcp`, { method: 'POST' });
    expect(Date.now() - begun).toBeLessThan(180);
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('text/event-stream');
    expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer x');
    expect(answer.headers.getSetCookie()).toEqual(['a=1']);
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one');
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('two');
    expect(Date.now() - begun).toBeGreaterThan(200);
  });

  test.each<[string, Setup['fn']]>([
    ['no metadata', streaming((stream) => void stream.end('hello'))],
    ['metadata without a status', streaming((stream) => void stream.end(prelude({ headers: {} })))],
    [
      'metadata over 16 KB',
      streaming((stream) => void stream.end(prelude({ statusCode: 200, x: 'x'.repeat(17_000) }))),
    ],
    ['nothing at all', streaming((stream) => void stream.end())],
    ['a handler that does not stream', async () => result({ statusCode: 200, body: 'ok' })],
    ['an error before it began', async () => failure('boom')],
  ])('%s: 502', async (_name, fn) => {
    await serve({ methods: [method(STREAMED)], fn });
    expect(await post()).toMatchObject({ status: 502, text: '{"message":"Internal server error"}' });
  });

  test('no metadata in time: 504; a body that takes longer is broken off', async () => {
    const integration = { ...STREAMED, timeoutMs: 300 } as typeof STREAMED;
    await serve({ methods: [method(integration)], fn: streaming(() => pause(2000)) });
    expect((await post()).status).toBe(504);
    await served?.close();
    await serve({
      methods: [method(integration)],
      fn: streaming(async (stream) => {
        stream.write(prelude({ statusCode: 200 }));
        stream.write('half');
        await pause(2000);
      }),
    });
    const answer = await fetch(`${origin()}/mcp`, { method: 'POST' });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  test('a client that goes away lets go of the stream, which is all that happens', async () => {
    let closed: (() => void) | undefined;
    const released = new Promise<void>((resolve) => {
      closed = resolve;
    });
    let ended = false;
    await serve({
      methods: [method(STREAMED)],
      fn: streaming(async (stream) => {
        stream.once('close', () => closed?.());
        stream.write(`${prelude({ statusCode: 200 })}half`);
        await pause(300);
        ended = true;
      }),
    });
    const client = new AbortController();
    const answer = await fetch(`${origin()}/mcp`, { method: 'POST', signal: client.signal });
    await answer.body?.getReader().read();
    client.abort();
    await released;
    expect(ended).toBe(false);
    await pause(350);
    expect(ended).toBe(true);
  });
});

describe('gateway responses', () => {
  const UNAUTHORIZED = {
    status: 401,
    headers: {
      'WWW-Authenticate': '\'Bearer resource_metadata="x"\'',
      'X-Asked': 'method.request.header.x-asked',
      'X-Id': 'context.requestId',
    },
    templates: { 'application/json': '{"id":"$context.requestId","why":$context.error.messageString}' },
  };

  test('say what the API wants said, and a challenge keeps its name', async () => {
    await serve({ methods: secured(), api: { gatewayResponses: { UNAUTHORIZED } } });
    const { status, headers, text } = await post('/mcp', { headers: { 'x-asked': 'me' } });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer resource_metadata="x"');
    expect(headers.get('x-asked')).toBe('me');
    expect(JSON.parse(text)).toEqual({ id: headers.get('x-id'), why: 'Unauthorized' });
    expect(headers.get('x-amzn-requestid')).toBe(headers.get('x-id'));
  });

  test('the default for 4xx or 5xx stands in, its own status kept where it names none', async () => {
    const DEFAULT_4XX = { headers: {}, templates: { 'application/json': '{"said":"4xx"}' } };
    const DEFAULT_5XX = { status: 503, headers: {}, templates: { 'application/json': '{"said":"5xx"}' } };
    const { accessLog } = await serve({
      fn: async () => failure('x'),
      api: { gatewayResponses: { DEFAULT_4XX, DEFAULT_5XX } },
    });
    expect(await post('/none')).toMatchObject({ status: 403, text: '{"said":"4xx"}' });
    expect(await post()).toMatchObject({ status: 503, text: '{"said":"5xx"}' });
    expect(accessLog).toEqual(['403 POST - DEFAULT_4XX -', '503 POST /mcp DEFAULT_5XX -']);
  });

  test('a mock answers by itself', async () => {
    const mock = {
      kind: 'mock',
      status: 204,
      headers: { 'Access-Control-Allow-Origin': "'https://a.example'" },
      body: '',
    } as const;
    const { events } = await serve({ methods: [method(mock, { httpMethod: 'OPTIONS' })] });
    const answer = await fetch(`${origin()}/mcp`, { method: 'OPTIONS' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([204, 'https://a.example']);
    expect(events).toEqual([]);
  });
});

describe('AWS WAF', () => {
  const all = {
    NotStatement: {
      Statement: {
        RegexMatchStatement: { FieldToMatch: { UriPath: {} }, RegexString: '^/none$', TextTransformations: [] },
      },
    },
  };
  const statement = compileStatement('R', all, new Map());
  const webAcl = (response?: { status: number; headers: Record<string, string>; body: string }) => ({
    logicalId: 'Acl',
    arn: 'acl',
    defaultAction: { kind: 'allow' } as const,
    rules: [{ name: 'R', action: { kind: 'block', response } as const, statement }],
    bodyLimit: 16_384,
  });

  test('is asked before anything else: what it blocks gets 403, or an answer of its own', async () => {
    const { asked, accessLog } = await serve({ methods: secured(), api: { webAcl: webAcl() } });
    expect(await post('/mcp', bearer('a'))).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    expect((await post('/none')).text).toContain('Missing Authentication Token');
    expect(asked).toEqual([]);
    expect(accessLog[0]).toBe('403 POST - WAF_FILTERED -');
    await served?.close();
    const own = { status: 429, headers: { 'x-why': 'waf' }, body: 'slow down' };
    await serve({
      api: { webAcl: webAcl(own), gatewayResponses: { WAF_FILTERED: { status: 400, headers: {}, templates: {} } } },
    });
    const answer = await post();
    expect([answer.status, answer.text, answer.headers.get('x-why')]).toEqual([429, 'slow down', 'waf']);
  });
});
