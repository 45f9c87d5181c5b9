import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { requestFrom, resultFrom } from '../../lambda/proxy-event';
import { restEvent } from '../support/rest-event';

const httpEvent = {
  version: '2.0',
  rawPath: '/oauth2/token',
  rawQueryString: 'a=1&b=%20',
  headers: { origin: 'https://a.example' },
  cookies: ['x=1', 'y=2'],
  body: Buffer.from('a=b').toString('base64'),
  isBase64Encoded: true,
  requestContext: { requestId: 'r', http: { method: 'POST', sourceIp: '192.0.2.1' } },
} as unknown as APIGatewayProxyEventV2;

describe('an event of an HTTP API', () => {
  test('O1 says what was asked, by whom', () => {
    expect(requestFrom(httpEvent)).toEqual({
      method: 'POST',
      path: '/oauth2/token',
      queryText: 'a=1&b=%20',
      headers: { origin: 'https://a.example' },
      cookies: ['x=1', 'y=2'],
      body: 'a=b',
      source: '192.0.2.1',
      requestId: 'r',
    });
  });

  test('O1 is answered with its cookies in a list of their own', () => {
    const result = resultFrom(httpEvent, { status: 303, headers: { Location: 'x' }, cookies: ['a', 'b'] });
    expect(result).toEqual({ statusCode: 303, headers: { Location: 'x' }, cookies: ['a', 'b'], body: undefined });
  });
});

describe('an event of a REST API', () => {
  test('O1 says the same: names of headers in lower case, the address from where the gateway saw it', () => {
    const event = restEvent({
      path: '/oauth2/consent',
      body: 'a=b',
      multiValueHeaders: {
        Cookie: ['x=1; y=2', 'z=3'],
        Origin: ['https://a.example'],
        'X-Forwarded-For': ['203.0.113.9'],
        Accept: ['text/html', 'text/plain'],
      },
    });
    expect(requestFrom(event)).toEqual({
      method: 'POST',
      path: '/oauth2/consent',
      queryText: '',
      headers: {
        cookie: 'x=1; y=2,z=3',
        origin: 'https://a.example',
        'x-forwarded-for': '203.0.113.9',
        accept: 'text/html,text/plain',
      },
      cookies: ['x=1; y=2', 'z=3'],
      body: 'a=b',
      source: '192.0.2.7',
      requestId: 'gateway-1',
    });
  });

  test('O1 A7 spells its query again, so that no value becomes two and none is lost', () => {
    const multiValueQueryStringParameters = {
      redirect_uri: ['http://127.0.0.1:8765/callback?a=1&b=2#c'],
      scope: ['notes:read notes:write'],
      state: ['a+b/=&state=evil'],
      resource: ['https://a.example/mcp', 'https://b.example/mcp'],
    };
    const { queryText } = requestFrom(restEvent({ multiValueQueryStringParameters }));
    const read = new URLSearchParams(queryText);
    for (const [name, values] of Object.entries(multiValueQueryStringParameters)) {
      expect(read.getAll(name)).toEqual(values);
    }
  });

  test('O1 decodes a base64 body, and has an empty one where there is none', () => {
    const body = Buffer.from('{"ü":1}').toString('base64');
    expect(requestFrom(restEvent({ body, isBase64Encoded: true })).body).toBe('{"ü":1}');
    expect(requestFrom(restEvent()).body).toBe('');
  });

  test('O1 without headers is a request without headers', () => {
    const event = restEvent({ multiValueHeaders: null as never });
    expect(requestFrom(event)).toMatchObject({ headers: {}, cookies: [] });
  });

  test('O1 is answered with every cookie, and a body that is a text', () => {
    const result = resultFrom(restEvent(), { status: 303, headers: { Location: 'x' }, cookies: ['a', 'b'] });
    expect(result).toEqual({
      statusCode: 303,
      headers: { Location: 'x' },
      multiValueHeaders: { 'Set-Cookie': ['a', 'b'] },
      body: '',
    });
  });
});
