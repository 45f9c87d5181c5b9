import { checkFormat, type Exchange, formatAccessLog } from '../../../local/gateway/access-log';

const exchange: Exchange = {
  request: {
    id: 'id=',
    receivedAt: Date.UTC(2026, 2, 12, 19, 3, 58),
    method: 'POST',
    target: '/mcp?x=1',
    rawHeaders: ['Host', 'localhost:4100', 'User-Agent', 'a "b" \n'],
    sourceIp: '127.0.0.1',
    port: 4100,
    traceId: 't',
  },
  routeKey: 'POST /mcp',
  grant: { claims: { sub: 'u1', 'cognito:groups': '[a b]' }, scopes: null },
  status: 200,
  responseBytes: 12,
  latencyMs: 5,
  integration: { status: 200, latencyMs: 4 },
};
const context = { apiId: 'abc', accountId: '123456789012', stage: '$default' };
const format = (text: string, changes: Partial<Exchange> = {}) =>
  formatAccessLog(text, { ...exchange, ...changes }, context);

test.each([
  ['$context.requestId $context.requestTime $context.requestTimeEpoch', 'id= 12/Mar/2026:19:03:58 +0000 1773342238000'],
  ['$context.httpMethod $context.path $context.protocol $context.routeKey', 'POST /mcp HTTP/1.1 POST /mcp'],
  ['$context.status $context.responseLength $context.responseLatency', '200 12 5'],
  ['$context.integrationStatus $context.integrationLatency $context.integration.status', '200 4 200'],
  ['$context.domainName $context.domainPrefix $context.apiId $context.stage', 'localhost:4100 localhost abc $default'],
  ['$context.authorizer.claims.sub $context.authorizer.claims.cognito:groups', 'u1 [a b]'],
  ['$context.authorizer.claims.email $context.error.message', '- -'],
])('%s', (text, line) => {
  expect(format(text)).toBe(line);
});

test('a value cannot end the JSON text around it', () => {
  expect(JSON.parse(format('{"agent":"$context.identity.userAgent"}'))).toEqual({ agent: 'a "b" \n' });
});

test('errors of the gateway and of the integration', () => {
  const failed = {
    error: { message: 'Internal Server Error', type: 'X' },
    integration: { latencyMs: 4, error: 'broken' },
  };
  expect(
    format(
      '$context.error.message|$context.error.messageString|$context.integrationErrorMessage|$context.integration.status',
      failed,
    ),
  ).toBe('Internal Server Error|"Internal Server Error"|broken|500');
});

test('a variable nobody can fill in stops the start', () => {
  expect(() => checkFormat('$context.requestId $context.authorizer.claims.sub', 'Stage')).not.toThrow();
  expect(() => checkFormat('$context.wafResponseCode', 'Stage')).toThrow(
    'the access log of Stage uses $context.wafResponseCode',
  );
});
