import { checkRestFormat, formatRestAccessLog, type RestExchange } from '../../../../local/gateway/rest/access-log';

const request = {
  id: 'id-1',
  extendedId: 'ext=',
  receivedAt: Date.UTC(2026, 2, 12, 19, 3, 58),
  method: 'POST',
  target: '/mcp',
  rawHeaders: ['Host', 'localhost:1', 'User-Agent', 'a "client"'],
  sourceIp: '127.0.0.1',
  port: 1,
  traceId: '1-2-3',
  fullPath: '/mcp',
  path: '/mcp',
  query: '',
  basePath: '/',
};
const exchange: RestExchange = {
  request,
  resourcePath: '/mcp',
  status: 200,
  responseBytes: 12,
  latencyMs: 34,
  integration: { mode: 'STREAMED', status: 200, latencyMs: 30, headersMs: 5, contentMs: 7 },
  authorizer: { principalId: 'ada', context: { client: 'c' }, latencyMs: 3, status: 200 },
};
const context = { apiId: 'abc', accountId: '123456789012', stage: 'live', deploymentId: 'dep' };
const line = (format: string, one = exchange) => formatRestAccessLog(format, one, context);

test('variables of REST APIs are filled in, what is unknown is a dash', () => {
  expect(line('$context.httpMethod $context.resourcePath $context.status $context.error.responseType')).toBe(
    'POST /mcp 200 -',
  );
  expect(line('$context.authorizer.principalId $context.authorizer.client $context.authorizer.other')).toBe('ada c -');
  expect(line('$context.integration.responseTransferMode $context.integration.timeToFirstContent')).toBe('STREAMED 7');
  expect(line('{"agent":"$context.identity.userAgent"}')).toBe('{"agent":"a \\"client\\""}');
});

test('a variable of HTTP APIs alone stops the start', () => {
  expect(() => checkRestFormat('$context.routeKey', 'Live')).toThrow('the access log of Live uses $context.routeKey');
  expect(() => checkRestFormat('$context.authorizer.claims.sub', 'Live')).toThrow('$context.authorizer.claims.sub');
  expect(() => checkRestFormat('$context.wafResponseCode $context.authorizer.anything', 'Live')).not.toThrow();
});
