import type { AppClientConfig, PoolConfig } from '../../../local/identity/config';
import { problemsOf } from '../../../local/identity/validate';
import { app, machine, poolConfig } from './fixture';

function problems(change: Partial<PoolConfig>): readonly string[] {
  return problemsOf({ origin: { port: 3001 }, region: 'eu-central-1', pools: [{ ...poolConfig, ...change }] });
}

test('accepts a pool Cognito would create', () => {
  expect(problems({})).toEqual([]);
});

const cases: [string, AppClientConfig, RegExp][] = [
  [
    'a scope of no resource server',
    { ...app, scopes: ['https://x.example/read'] },
    /scope 'https:\/\/x\.example\/read'/,
  ],
  [
    'an http callback off loopback',
    { ...app, callbackUrls: ['http://x.example/cb'] },
    /callback 'http:\/\/x\.example\/cb'/,
  ],
  ['a callback with a fragment', { ...app, callbackUrls: ['https://x.example/cb#a'] }, /without fragment/],
  ['a callback that is no URL', { ...app, callbackUrls: ['callback'] }, /callback 'callback'/],
  ['client_credentials without secret', { ...machine, clientSecret: undefined }, /needs a client secret/],
  [
    'client_credentials with code',
    { ...machine, flows: ['code', 'client_credentials'] },
    /cannot be combined with code/,
  ],
  ['client_credentials with a standard scope', { ...machine, scopes: ['openid'] }, /custom scopes only, not 'openid'/],
  ['flows without scopes', { ...app, scopes: [] }, /allow at least one/],
  ['more than 50 scopes', { ...app, scopes: Array.from({ length: 51 }, () => 'openid') }, /51 scopes/],
  ['an access token of two minutes', { ...app, accessTokenSeconds: 120 }, /5 minutes to 1 day/],
  ['an ID token of two days', { ...app, idTokenSeconds: 172_800 }, /5 minutes to 1 day/],
  ['a refresh token of ten minutes', { ...app, refreshTokenSeconds: 600 }, /1 hour to 3650 days/],
];

test.each(cases)('fails for %s, as creating the client would', (_, client, message) => {
  expect(problems({ clients: [client] }).join('\n')).toMatch(message);
});

test('fails for a user in a group that does not exist', () => {
  const users = [{ username: 'eve', password: 'x', groups: ['owners'] }];
  expect(problems({ users })).toEqual([expect.stringContaining("group 'owners'")]);
});

test.each(['https://x.example/cb', 'http://localhost:1/cb', 'http://127.0.0.1:1/cb', 'http://[::1]:1/cb', 'app://cb'])(
  'accepts callback %s',
  (url) => {
    expect(problems({ clients: [{ ...app, callbackUrls: [url] }] })).toEqual([]);
  },
);
