import * as fc from 'fast-check';
import { admitClientId } from '../../../../lambda/broker/clients/client-id-url';

const HOSTS = ['claude.ai', 'example.org:8443'];

test.each([
  'https://claude.ai/oauth/client.json',
  'https://claude.ai/a',
  'https://claude.ai/a%20b/',
  'https://claude.ai/a..b',
])('A8 %s is admitted', (clientId) => {
  expect(admitClientId(clientId, HOSTS)).toEqual({ ok: true, url: clientId, host: 'claude.ai' });
});

test('A8 a port is part of the host: admitted where it was named', () => {
  expect(admitClientId('https://example.org:8443/c', HOSTS)).toMatchObject({ ok: true, host: 'example.org:8443' });
  expect(admitClientId('https://example.org/c', HOSTS)).toMatchObject({ ok: false });
  expect(admitClientId('https://claude.ai:8443/c', HOSTS)).toMatchObject({ ok: false });
});

test.each([
  ['http', 'http://claude.ai/c'],
  ['another scheme', 'ftp://claude.ai/c'],
  ['the scheme in capitals', 'HTTPS://claude.ai/c'],
  ['the host in capitals', 'https://Claude.ai/c'],
  ['no path', 'https://claude.ai'],
  ['an empty path', 'https://claude.ai/'],
  ['a fragment', 'https://claude.ai/c#x'],
  ['an empty fragment', 'https://claude.ai/c#'],
  ['a query', 'https://claude.ai/c?x=1'],
  ['an empty query', 'https://claude.ai/c?'],
  ['a user', 'https://evil@claude.ai/c'],
  ['a user and password', 'https://a:b@claude.ai/c'],
  ['an empty user', 'https://@claude.ai/c'],
  ['a host as a user', 'https://claude.ai@evil.example/c'],
  ['a dot segment', 'https://claude.ai/a/./c'],
  ['a double-dot segment', 'https://claude.ai/a/../c'],
  ['an encoded dot segment', 'https://claude.ai/a/%2e%2E/c'],
  ['a half-encoded dot segment', 'https://claude.ai/a/.%2e/c'],
  ['a dot segment at the end', 'https://claude.ai/a/..'],
  ['a dot segment behind an encoded slash', 'https://claude.ai/a%2f..%2fc'],
  ['a dot segment behind an encoded backslash', 'https://claude.ai/a%5c..%5cc'],
  ['a dot segment encoded twice', 'https://claude.ai/a/%252e%252e/c'],
  ['an escape that is none', 'https://claude.ai/%zz'],
  ['an escape that is no text', 'https://claude.ai/%ff'],
  ['the default port', 'https://claude.ai:443/c'],
  ['an empty port', 'https://claude.ai:/c'],
  ['a trailing dot', 'https://claude.ai./c'],
  ['a subdomain', 'https://x.claude.ai/c'],
  ['a longer name', 'https://claude.ai.evil.example/c'],
  ['a name that ends alike', 'https://evilclaude.ai/c'],
  ['a look-alike', 'https://cl\u0430ude.ai/c'],
  ['a backslash', 'https:\\\\claude.ai/c'],
  ['one slash', 'https:/claude.ai/c'],
  ['white space', ' https://claude.ai/c'],
  ['a line break', 'https://claude.ai/c\n'],
  ['a tab inside', 'https://claude\t.ai/c'],
  ['an unencoded space', 'https://claude.ai/a b'],
  ['an address', 'https://127.0.0.1/c'],
  ['nothing', ''],
  ['something huge', `https://claude.ai/${'c'.repeat(512)}`],
])('A8 refused, as it has %s', (_what, clientId) => {
  expect(admitClientId(clientId, HOSTS)).toMatchObject({ ok: false });
});

test('A8 whatever is admitted is at a host that was named, with a path and nothing else', () => {
  const pieces = ['claude.ai', 'evil.example', '/', '.', '..', '%2e', '@', ':', '443', '#', '?', 'c', '\\', '%2f'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (parts) => {
      const clientId = `https://${parts.join('')}`;
      if (admitClientId(clientId, HOSTS).ok) expect(clientId).toMatch(/^https:\/\/claude\.ai\/[^?#\\]+$/);
    }),
  );
});
