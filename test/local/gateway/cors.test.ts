import { isPreflight, preflightResponse, withCors } from '../../../local/gateway/cors';

const cors = {
  AllowOrigins: ['https://app.example'],
  AllowMethods: ['POST', 'GET'],
  AllowHeaders: ['authorization'],
  ExposeHeaders: ['www-authenticate'],
  MaxAge: 60,
};
const backend = { status: 200, headers: { 'access-control-allow-origin': '*', 'x-a': '1' }, body: Buffer.alloc(0) };

test('a preflight has an origin and asks for a method', () => {
  expect(isPreflight('OPTIONS', { origin: 'https://a', 'access-control-request-method': 'POST' })).toBe(true);
  expect(isPreflight('OPTIONS', { origin: 'https://a' })).toBe(false);
  expect(isPreflight('POST', { origin: 'https://a', 'access-control-request-method': 'POST' })).toBe(false);
});

test('A18 a preflight from a named origin is allowed, one from another origin gets no header', () => {
  expect(preflightResponse(cors, 'https://app.example')).toMatchObject({
    status: 204,
    headers: {
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'POST,GET',
      'access-control-allow-headers': 'authorization',
      'access-control-max-age': '60',
    },
  });
  expect(preflightResponse(cors, 'https://evil.example').headers).toEqual({});
});

test('a configured API overrides the CORS headers of its backend', () => {
  expect(withCors(backend, cors, 'https://app.example').headers).toEqual({
    'x-a': '1',
    'access-control-allow-origin': 'https://app.example',
    'access-control-expose-headers': 'www-authenticate',
  });
  expect(withCors(backend, cors, 'https://evil.example').headers).toEqual({ 'x-a': '1' });
  expect(withCors(backend, cors, undefined).headers).toEqual({ 'x-a': '1' });
});

test('without a configuration the backend answers for itself', () => {
  expect(withCors(backend, undefined, 'https://a')).toBe(backend);
});

test('patterns: any origin, any origin of a scheme, credentials', () => {
  const origin = (AllowOrigins: string[]) =>
    preflightResponse({ AllowOrigins, AllowCredentials: true }, 'https://a.example').headers;
  expect(origin(['*'])).toEqual({ 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' });
  expect(origin(['https://*'])['access-control-allow-origin']).toBe('https://a.example');
  expect(origin(['http://*'])).toEqual({});
});
