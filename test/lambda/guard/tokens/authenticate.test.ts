import { bearerToken, decidePrincipal, type TokenFacts } from '../../../../lambda/guard/tokens/authenticate';
import {
  ISSUER,
  MACHINE_CLIENT,
  machineClaims,
  RESOURCE,
  read,
  USER_CLIENT,
  userClaims,
  write,
} from '../../../support/guard';

const facts: TokenFacts = {
  issuer: ISSUER,
  resource: RESOURCE,
  scopePrefix: `${RESOURCE}/`,
  scopes: new Set(['notes:read', 'notes:write']),
  userClients: new Set([USER_CLIENT]),
  machineClients: new Set([MACHINE_CLIENT]),
};
const now = Date.now() / 1000;
const decide = (claims: Record<string, unknown>) => decidePrincipal(claims, facts, now);
const without = (claims: Record<string, unknown>, name: string) => {
  const { [name]: _gone, ...rest } = claims;
  return rest;
};

describe('bearerToken', () => {
  const token = (authorization?: string, url = RESOURCE) =>
    bearerToken(new Headers(authorization === undefined ? {} : { authorization }), url);

  test('A3 takes the token from the Authorization header', () => {
    expect(token('Bearer a.b.c')).toEqual({ ok: true, value: 'a.b.c' });
    expect(token('bearer a.b.c')).toEqual({ ok: true, value: 'a.b.c' });
  });

  test.each(['', 'Basic abc', 'Bearer', 'Bearer a b', 'Bearer a.b.c, Bearer d.e.f', 'Bearera.b.c'])(
    'T1 refuses the header %j',
    (header) => expect(token(header)).toMatchObject({ refusal: { reason: 'token_missing' } }),
  );

  test('A3 never takes a token from the query', () => {
    expect(token(undefined, `${RESOURCE}?access_token=a.b.c`)).toMatchObject({ refusal: { reason: 'token_in_query' } });
    expect(token('Bearer a.b.c', `${RESOURCE}?access_token=x`)).toEqual({ ok: true, value: 'a.b.c' });
  });

  test('A3 refuses a token too long to be one', () => {
    expect(token(`Bearer ${'a'.repeat(16_385)}`)).toMatchObject({ refusal: { reason: 'token_malformed' } });
  });
});

describe('a user token', () => {
  test('A3 gives the user, with groups and the scopes of this server alone', () => {
    const claims = userClaims({
      scope: `openid ${read} https://other.example/mcp/notes:write`,
      'cognito:groups': ['admins'],
    });
    expect(decide(claims)).toMatchObject({
      ok: true,
      value: { kind: 'user', id: 'user-1', client: USER_CLIENT, groups: ['admins'], scopes: ['notes:read'] },
    });
  });

  test.each([
    ['of another issuer', { iss: `${ISSUER}x` }, 'token_issuer'],
    ['that is an ID token', { token_use: 'id' }, 'token_use'],
    ['without a use', { token_use: undefined }, 'token_use'],
    ['that has expired', { exp: now - 1 }, 'token_expired'],
    ['that expires at this very second', { exp: now }, 'token_expired'],
    ['without an expiry', { exp: undefined }, 'token_expired'],
    ['whose expiry is no number', { exp: '9999999999' }, 'token_expired'],
    ['that is not yet valid', { nbf: now + 60 }, 'token_not_yet_valid'],
    ['whose nbf is no number', { nbf: 'now' }, 'token_not_yet_valid'],
    ['of another resource', { aud: 'https://mcp.example.com/other' }, 'token_audience'],
    ['of this resource with a slash', { aud: `${RESOURCE}/` }, 'token_audience'],
    ['of several resources', { aud: [RESOURCE, 'https://other.example/mcp'] }, 'token_audience'],
    ['of a client nobody listed', { client_id: 'stranger' }, 'token_client'],
    ['without a client', { client_id: undefined }, 'token_client'],
    ['without a scope of this server', { scope: 'openid https://other.example/mcp/notes:read' }, 'token_scope'],
    ['with a scope this server does not declare', { scope: `${RESOURCE}/notes:admin` }, 'token_scope'],
    ['with an unqualified scope', { scope: 'notes:read' }, 'token_scope'],
    ['without scopes', { scope: undefined }, 'token_scope'],
    ['without a subject', { sub: undefined }, 'token_subject'],
    ['with an empty subject', { sub: '' }, 'token_subject'],
  ])('A3 refuses one %s', (_name, overrides, reason) => {
    expect(decide(userClaims(overrides))).toMatchObject({ ok: false, refusal: { reason } });
  });

  test('A3 refuses one without an audience: it was not asked for this server', () => {
    expect(decide(without(userClaims(), 'aud'))).toMatchObject({ refusal: { reason: 'token_audience' } });
  });

  test('A3 takes groups only as strings', () => {
    expect(decide(userClaims({ 'cognito:groups': 'admins' }))).toMatchObject({ value: { groups: [] } });
    expect(decide(userClaims({ 'cognito:groups': ['admins', 7] }))).toMatchObject({ value: { groups: ['admins'] } });
  });
});

describe('a machine token', () => {
  test('A13 gives the machine, without groups', () => {
    expect(decide(machineClaims({ scope: `${read} ${write}`, 'cognito:groups': ['admins'] }))).toMatchObject({
      ok: true,
      value: { kind: 'machine', id: MACHINE_CLIENT, groups: [], scopes: ['notes:read', 'notes:write'] },
    });
  });

  test.each([
    [
      "with another server's scope beside ours",
      { scope: `${read} https://other.example/mcp/notes:read` },
      'token_scope',
    ],
    ['without a scope of this server', { scope: 'https://other.example/mcp/notes:read' }, 'token_scope'],
    ['with an audience, which Cognito never gives one', { aud: RESOURCE }, 'token_audience'],
    ['with a user name', { username: 'ada' }, 'token_subject'],
    ['of a client nobody listed', { client_id: 'stranger', sub: 'stranger' }, 'token_client'],
  ])('A13 refuses one %s', (_name, overrides, reason) => {
    expect(decide(machineClaims(overrides))).toMatchObject({ ok: false, refusal: { reason } });
  });
});

test('A3 refuses an expiry that never comes: 1e400 is a number of JSON', () => {
  const exp = JSON.parse('{"exp":1e400}').exp;
  expect(decide({ ...userClaims(), exp })).toMatchObject({ refusal: { reason: 'token_expired' } });
});
