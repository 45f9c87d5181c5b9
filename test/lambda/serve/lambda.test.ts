import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { lambdaHandler, requestFrom, resultFrom } from '../../../lambda/serve/lambda';
import { serve } from '../../../lambda/serve/runtime';

const event = (overrides: Partial<APIGatewayProxyEventV2> = {}, method = 'POST') =>
  ({
    version: '2.0',
    rawPath: '/mcp',
    rawQueryString: '',
    headers: { 'content-type': 'application/json', host: 'abc.execute-api.eu-central-1.amazonaws.com' },
    isBase64Encoded: false,
    requestContext: {
      requestId: 'gateway-1',
      domainName: 'abc.execute-api.eu-central-1.amazonaws.com',
      http: { method },
    },
    ...overrides,
  }) as APIGatewayProxyEventV2;

test('T1 refuses to start with a server that serve() did not make', () => {
  for (const unguarded of [undefined, {}, () => {}, { fetch: () => new Response() }]) {
    expect(() => lambdaHandler(unguarded)).toThrow(/not made by serve\(\)/);
  }
});

test('fails at cold start when the configuration is missing, naming the variable', () => {
  expect(() =>
    lambdaHandler(
      serve(() => {
        throw new Error('not reached');
      }),
    ),
  ).toThrow(/MCP_CONTRACT is not set/);
});

describe('the request', () => {
  test('has method, path, query, headers and body of the event', async () => {
    const request = requestFrom(
      event({ body: '{"a":1}', rawQueryString: 'x=1', headers: { accept: 'application/json' } }),
    );
    expect(request.method).toBe('POST');
    expect(new URL(request.url).pathname + new URL(request.url).search).toBe('/mcp?x=1');
    expect(request.headers.get('accept')).toBe('application/json');
    expect(await request.text()).toBe('{"a":1}');
  });

  test('decodes a base64 body', async () => {
    const body = Buffer.from('{"ü":1}').toString('base64');
    expect(await requestFrom(event({ body, isBase64Encoded: true })).text()).toBe('{"ü":1}');
  });

  test('has no body for GET', async () => {
    expect(await requestFrom(event({ body: 'x' }, 'GET')).text()).toBe('');
  });
});

test('the result has status, headers and text of the response', async () => {
  const response = new Response('{}', {
    status: 403,
    headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json' },
  });
  expect(await resultFrom(response)).toEqual({
    statusCode: 403,
    headers: { 'www-authenticate': 'Bearer', 'content-type': 'application/json' },
    body: '{}',
  });
});

test('an invocation is told how long it has', async () => {
  const calls: unknown[] = [];
  const guarded = {
    [Symbol.for('cdk-mcp.guarded')]: true,
    start: (transport: unknown) => {
      calls.push(transport);
      return async (_request: Request, call: unknown) => {
        calls.push(call);
        return new Response('{}');
      };
    },
  };
  const context = { getRemainingTimeInMillis: () => 1234 } as Context;
  const traced = event({ body: '{}', headers: { 'x-amzn-trace-id': 'Root=1-abc-def;Parent=1' } });
  expect(await lambdaHandler(guarded)(traced, context)).toMatchObject({ statusCode: 200 });
  expect(calls).toEqual([{ streams: false }, { requestId: 'gateway-1', traceId: '1-abc-def', remainingMs: 1234 }]);
});
