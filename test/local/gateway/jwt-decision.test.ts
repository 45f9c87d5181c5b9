import { challenge, decide, tokenOf } from '../../../local/gateway/jwt-decision';

const NOW = 1_800_000_000;
const authorizer = {
  logicalId: 'Jwt',
  issuer: 'http://localhost:4101/pool',
  audience: ['http://localhost:4100/mcp', 'machine1'],
  header: 'authorization',
};
const claims = {
  iss: authorizer.issuer,
  aud: 'http://localhost:4100/mcp',
  client_id: 'person1',
  exp: NOW + 60,
  iat: NOW - 60,
  scope: 'http://localhost:4100/mcp/read openid',
};
const route = ['http://localhost:4100/mcp/read', 'http://localhost:4100/mcp/write'];
const kind = (changes: object, scopes = route) => decide(authorizer, scopes, { ...claims, ...changes }, NOW).kind;

test('A3 grants a token of this issuer for this audience', () => {
  expect(kind({})).toBe('granted');
  expect(kind({ aud: ['other', 'http://localhost:4100/mcp'] })).toBe('granted');
});

test.each<[string, object]>([
  ['another issuer', { iss: 'http://localhost:4101/other' }],
  ['another audience', { aud: 'http://localhost:4100/other' }],
  ['an audience beside an allowed client', { aud: 'http://localhost:4100/other', client_id: 'machine1' }],
  ['neither audience nor client', { aud: undefined, client_id: undefined }],
  ['no expiry', { exp: undefined }],
  ['expired', { exp: NOW }],
  ['not valid yet', { nbf: NOW + 1 }],
  ['issued in the future', { iat: NOW + 1 }],
])('A3 refuses %s', (_, changes) => {
  expect(kind(changes)).toBe('unauthorized');
});

test('A13 the client counts only where there is no audience', () => {
  expect(kind({ aud: undefined, client_id: 'machine1' })).toBe('granted');
  expect(kind({ aud: undefined, client_id: 'machine2' })).toBe('unauthorized');
});

test('one matching scope of the route is enough, none is forbidden', () => {
  expect(kind({ scope: 'http://localhost:4100/mcp/write' })).toBe('granted');
  expect(kind({ scope: undefined, scp: ['http://localhost:4100/mcp/write'] })).toBe('granted');
  expect(kind({ scope: 'openid' })).toBe('forbidden');
  expect(kind({ scope: undefined })).toBe('forbidden');
  expect(kind({ scope: undefined }, [])).toBe('granted');
});

test('claims arrive as text, scopes as those that matched', () => {
  const granted = decide(
    authorizer,
    route,
    { ...claims, 'cognito:groups': ['a', 'b'], flag: true, none: null, deep: { x: 1 } },
    NOW,
  );
  expect(granted).toMatchObject({
    grant: {
      claims: { exp: String(NOW + 60), 'cognito:groups': '[a b]', flag: 'true', deep: '{"x":1}' },
      scopes: [route[0]],
    },
  });
  expect(granted.kind === 'granted' && granted.grant.claims).not.toHaveProperty('none');
  expect(decide(authorizer, [], claims, NOW)).toMatchObject({ grant: { scopes: null } });
});

test('the token stands in the header with or without its scheme', () => {
  expect(tokenOf('Bearer abc')).toBe('abc');
  expect(tokenOf('abc')).toBe('abc');
  expect(tokenOf('Bearer ')).toBeUndefined();
  expect(tokenOf(undefined)).toBeUndefined();
});

test('the challenge carries nothing but the error', () => {
  expect(challenge(undefined)).toBe('Bearer');
  expect(challenge('the token has expired')).toBe(
    'Bearer scope="" error="invalid_token" error_description="the token has expired"',
  );
});
