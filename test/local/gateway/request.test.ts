import type { ApiSpec } from '../../../local/deployment/apis';
import { type GatewayRequest, toEvent } from '../../../local/gateway/request';

const api: ApiSpec = {
  logicalId: 'Api',
  id: 'abc',
  region: 'eu-central-1',
  account: '123456789012',
  routes: [],
  stage: { logicalId: 'Stage', name: '$default', routeThrottles: {}, variables: { colour: 'blue' } },
};
const route = { key: 'GET /notes/{id}', functionArn: 'arn', timeoutMs: 1, scopes: [] };

function event(override: Partial<GatewayRequest> = {}, body = '') {
  const request: GatewayRequest = {
    id: 'JKJaXmPLvHcESHA=',
    receivedAt: Date.UTC(2026, 2, 12, 19, 3, 58),
    method: 'GET',
    target: '/notes/a%20b?x=1&x=2&y=%C3%A4',
    rawHeaders: ['Host', 'localhost:4100', 'User-Agent', 'test'],
    sourceIp: '127.0.0.1',
    port: 4100,
    traceId: '1-2-3',
    ...override,
  };
  return toEvent(api, { route, pathParameters: { id: 'a b' } }, request, Buffer.from(body), undefined);
}

test('an event of payload format 2.0', () => {
  expect(event()).toEqual({
    version: '2.0',
    routeKey: 'GET /notes/{id}',
    rawPath: '/notes/a b',
    rawQueryString: 'x=1&x=2&y=%C3%A4',
    headers: {
      'content-length': '0',
      host: 'localhost:4100',
      'user-agent': 'test',
      'x-amzn-trace-id': 'Root=1-2-3',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-port': '4100',
      'x-forwarded-proto': 'http',
    },
    queryStringParameters: { x: '1,2', y: 'ä' },
    pathParameters: { id: 'a b' },
    stageVariables: { colour: 'blue' },
    requestContext: {
      accountId: '123456789012',
      apiId: 'abc',
      domainName: 'localhost:4100',
      domainPrefix: 'localhost',
      http: { method: 'GET', path: '/notes/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: 'GET /notes/{id}',
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1773342238000,
    },
    isBase64Encoded: false,
  });
});

test('headers are lower-cased and joined; cookies have a list of their own; those of the connection are dropped', () => {
  const { headers, cookies } = event({
    rawHeaders: [
      'X-A',
      '1',
      'x-a',
      '2',
      'Cookie',
      'a=1; b=2',
      'Cookie',
      'c=3',
      'Connection',
      'keep-alive',
      'X-Forwarded-For',
      '9.9.9.9',
    ],
  });
  expect(headers).toMatchObject({ 'x-a': '1,2', 'x-forwarded-for': '9.9.9.9, 127.0.0.1' });
  expect(headers).not.toHaveProperty('cookie');
  expect(headers).not.toHaveProperty('connection');
  expect(cookies).toEqual(['a=1', 'b=2', 'c=3']);
});

test.each([
  ['text/plain', false],
  ['application/json; charset=utf-8', false],
  ['Application/JSON', false],
  ['application/xml', false],
  ['application/javascript', false],
  ['application/x-www-form-urlencoded', true],
  ['application/vnd.api+json', true],
  ['application/octet-stream', true],
  [undefined, true],
])('a body of type %s: base64 %s', (type, base64) => {
  const { body, isBase64Encoded } = event({ rawHeaders: type ? ['Content-Type', type] : [] }, 'a=ä');
  expect(isBase64Encoded).toBe(base64);
  expect(body).toBe(base64 ? Buffer.from('a=ä').toString('base64') : 'a=ä');
});
