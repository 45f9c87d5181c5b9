import { isRegistrableRedirect } from '../../../../lambda/broker/clients/registrable-redirect';

test.each([
  'https://claude.ai/api/mcp/auth_callback',
  'https://app.example.com:8443/cb?x=%20y',
  'https://app.example.com',
  'http://localhost/callback',
  'http://localhost:3335/oauth/callback',
  'http://127.0.0.1',
  'http://127.0.0.1:33418/',
  'http://[::1]:8080/cb',
])('A6 %s may be registered', (uri) => {
  expect(isRegistrableRedirect(uri)).toBe(true);
});

test.each([
  ['http elsewhere', 'http://app.example.com/cb'],
  ['a private-use scheme', 'com.example.app:/cb'],
  ['a script', 'javascript:alert(1)'],
  ['data', 'data:text/html,x'],
  ['no slashes: a browser reads it as relative', 'https:app.example.com/cb'],
  ['one slash', 'https:/app.example.com/cb'],
  ['a user', 'https://user@app.example.com/cb'],
  ['a user before loopback', 'http://user@localhost/cb'],
  ['loopback as a user', 'http://localhost@evil.example/cb'],
  ['loopback as a label', 'http://localhost.evil.example/cb'],
  ['loopback with a trailing dot', 'http://localhost./cb'],
  ['loopback in capitals', 'http://LOCALHOST/cb'],
  ['loopback in another spelling', 'http://127.1/cb'],
  ['loopback as a number', 'http://2130706433/cb'],
  ['another address of loopback', 'http://127.0.0.2/cb'],
  ['the unspecified address', 'http://0.0.0.0/cb'],
  ['a fragment', 'https://app.example.com/cb#x'],
  ['a wildcard', 'https://*.example.com/cb'],
  ['a wildcard path', 'https://app.example.com/*'],
  ['a backslash', 'https://app.example.com\\@evil.example/cb'],
  ['a space', 'https://app.example.com/a b'],
  ['a line break', 'https://app.example.com/cb\r\nSet-Cookie: a=b'],
  ['a quote', 'https://app.example.com/"'],
  ['a look-alike letter', 'https://\u0430pp.example.com/cb'],
  ['a port that is none', 'https://app.example.com:99999/cb'],
  ['no host', 'https:///cb'],
  ['no text', 42],
  ['nothing', ''],
  ['too much', `https://app.example.com/${'c'.repeat(2000)}`],
])('A6 refused, with %s', (_what, uri) => {
  expect(isRegistrableRedirect(uri)).toBe(false);
});
