import { type RestRequest, toProxyEvent } from '../../../../local/gateway/rest/request';
import { type MethodMatch, selectMethod } from '../../../../local/gateway/rest/resources';
import { BUFFERED, method, specOf } from './fixture';

const api = specOf({});

function request(changes: Partial<RestRequest> = {}): RestRequest {
  return {
    id: 'id-1',
    extendedId: 'ext=',
    receivedAt: Date.UTC(2026, 2, 12, 19, 3, 58),
    method: 'POST',
    target: '/mcp',
    rawHeaders: ['Host', 'localhost:1', 'Content-Type', 'application/json', 'User-Agent', 'me'],
    sourceIp: '127.0.0.1',
    port: 1,
    traceId: '1-2-3',
    fullPath: '/mcp',
    path: '/mcp',
    query: '',
    basePath: '/',
    ...changes,
  };
}

const match = selectMethod(api.resources, 'POST', '/mcp') as MethodMatch;
const event = (changes: Partial<RestRequest> = {}, body = '', spec = api) =>
  toProxyEvent(spec, match, request(changes), Buffer.from(body), undefined);

test('an event of payload format 1.0', () => {
  expect(event({}, '{"a":1}')).toEqual({
    resource: '/mcp',
    path: '/mcp',
    httpMethod: 'POST',
    headers: {
      Host: 'localhost:1',
      'Content-Type': 'application/json',
      'User-Agent': 'me',
      'X-Amzn-Trace-Id': 'Root=1-2-3',
      'X-Forwarded-For': '127.0.0.1',
      'X-Forwarded-Port': '1',
      'X-Forwarded-Proto': 'http',
    },
    multiValueHeaders: expect.objectContaining({
      'Content-Type': ['application/json'],
      'X-Forwarded-For': ['127.0.0.1'],
    }),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      deploymentId: 'dep',
      domainName: 'localhost:1',
      domainPrefix: 'localhost',
      extendedRequestId: 'ext=',
      httpMethod: 'POST',
      identity: expect.objectContaining({ sourceIp: '127.0.0.1', userAgent: 'me', caller: null, accessKey: null }),
      path: '/mcp',
      protocol: 'HTTP/1.1',
      requestId: 'id-1',
      requestTime: '12/Mar/2026:19:03:58 +0000',
      requestTimeEpoch: Date.UTC(2026, 2, 12, 19, 3, 58),
      resourceId: 'mcp',
      resourcePath: '/mcp',
      stage: 'live',
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
});

test('names of headers stay as sent, all values of a name are there, those of the connection are dropped', () => {
  const rawHeaders = [
    'X-A',
    '1',
    'x-a',
    '2',
    'Connection',
    'close',
    'TE',
    'trailers',
    'X-Forwarded-For',
    '9.9.9.9',
    'X-Forwarded-Proto',
    'evil',
  ];
  const { headers, multiValueHeaders } = event({ rawHeaders });
  expect(multiValueHeaders['X-A']).toEqual(['1', '2']);
  expect(headers['X-A']).toBe('2');
  expect(Object.keys(headers)).toEqual([
    'X-A',
    'X-Amzn-Trace-Id',
    'X-Forwarded-For',
    'X-Forwarded-Port',
    'X-Forwarded-Proto',
  ]);
  expect(headers['X-Forwarded-For']).toBe('9.9.9.9, 127.0.0.1');
  expect(headers['X-Forwarded-Proto']).toBe('http');
});

test('the query is decoded, the last value of a name beside all of them', () => {
  const { queryStringParameters, multiValueQueryStringParameters } = event({ query: 'a=1&a=%20x&b' });
  expect(queryStringParameters).toEqual({ a: ' x', b: '' });
  expect(multiValueQueryStringParameters).toEqual({ a: ['1', ' x'], b: [''] });
});

test('bodies are text, in base64 only where the API names the type as binary', () => {
  expect(event({}, 'ä')).toMatchObject({ body: 'ä', isBase64Encoded: false });
  const binary = specOf({ api: { binaryMediaTypes: ['application/json'] } });
  expect(event({}, 'ä', binary)).toMatchObject({ body: Buffer.from('ä').toString('base64'), isBase64Encoded: true });
  expect(event({}, '')).toMatchObject({ body: null, isBase64Encoded: false });
});

describe('the resource of a request', () => {
  const { resources } = specOf({
    api: {
      resources: ['/mcp', '/{any}', '/{rest+}', '/a/{b}', '/a/c'].map((path) => ({
        id: path,
        path,
        methods: [method(BUFFERED, { httpMethod: path === '/a/c' ? 'GET' : 'ANY' })],
      })),
    },
  });

  test.each([
    ['/mcp', '/mcp', {}],
    ['/mcp/', '/mcp', {}],
    ['/other', '/{any}', { any: 'other' }],
    ['/x/y/z', '/{rest+}', { rest: 'x/y/z' }],
    ['/a/b', '/a/{b}', { b: 'b' }],
    ['/MCP', '/{any}', { any: 'MCP' }],
  ])('%s is that of %s: literal before variable before greedy, a slash at the end aside', (path, found, parameters) => {
    expect(selectMethod(resources, 'POST', path)).toMatchObject({
      resource: { path: found },
      pathParameters: parameters,
    });
  });

  test('once found it is the one, though another had the method', () => {
    expect(selectMethod(resources, 'POST', '/a/c')).toBeUndefined();
    expect(selectMethod(resources, 'GET', '/a/c')?.resource.path).toBe('/a/c');
    expect(selectMethod(resources, 'POST', '/')).toBeUndefined();
  });
});
