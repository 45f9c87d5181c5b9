import { CookieJar } from '../../../local/demo/cookie-jar';

const at = (path: string, port = 3000, host = 'localhost') => new URL(`http://${host}:${port}${path}`);

function jar(address: URL, ...lines: string[]): CookieJar {
  const made = new CookieJar();
  made.store(address, lines);
  return made;
}

test('cookies go to every port of their host, and to no other host', () => {
  const cookies = jar(at('/a'), 'mcp-tx=1; Path=/; HttpOnly; SameSite=Lax', 'b="x=y"; Path=/');
  expect(cookies.header(at('/b', 3002))).toBe('mcp-tx=1; b="x=y"');
  expect(cookies.header(at('/b', 3000, '127.0.0.1'))).toBeUndefined();
});

test('Secure cookies go to loopback without TLS, as in browsers', () => {
  expect(jar(at('/'), 'a=1; Path=/; Secure').header(at('/'))).toBe('a=1');
});

test('a path holds for itself and what is below; without one it is the folder of the page', () => {
  const cookies = jar(at('/oauth2/authorize'), 'a=1; Path=/oauth2', 'b=2', 'c=3; Path=/oauth2/consent');
  expect(cookies.header(at('/oauth2/consent'))).toBe('c=3; a=1; b=2');
  expect(cookies.header(at('/oauth2/callback'))).toBe('a=1; b=2');
  expect(cookies.header(at('/oauth2x'))).toBeUndefined();
  expect(cookies.header(at('/'))).toBeUndefined();
});

test('a new value takes the place of the old; what is over is forgotten', () => {
  const cookies = jar(at('/'), 'a=1; Path=/', 'a=2; Path=/', 'b=1; Path=/', 'c=1; Path=/');
  cookies.store(at('/'), ['b=; Path=/; Max-Age=0', 'c=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT']);
  expect(cookies.header(at('/'))).toBe('a=2');
});
