import { decidePrincipal, type TokenFacts } from '../../../../lambda/guard/tokens/authenticate';
import { headerFault } from '../../../../lambda/guard/tokens/profiled-token';
import type { TokenProfile } from '../../../../lib/private/contract';
import { ISSUER, type Keys, MACHINE_CLIENT, makeKeys, RESOURCE, USER_CLIENT } from '../../../support/guard';
import {
  PROFILE,
  providerClaims,
  providerGuard,
  providerMachineClaims,
  signByHand,
  signProvider,
} from '../../../support/provider-guard';

const now = Date.now() / 1000;

function decide(claims: Record<string, unknown>, profile: Partial<TokenProfile> = {}, facts: Partial<TokenFacts> = {}) {
  return decidePrincipal(
    claims,
    {
      issuer: ISSUER,
      resource: RESOURCE,
      scopePrefix: '',
      scopes: new Set(['notes:read', 'notes:write']),
      userClients: new Set([USER_CLIENT]),
      machineClients: new Set([MACHINE_CLIENT]),
      profile: { ...PROFILE, ...profile },
      ...facts,
    },
    now,
  );
}

const refused = (reason: string) => ({ ok: false, refusal: { reason } });

describe('the header of a provider’s token', () => {
  const header = (overrides: object = {}, profile: Partial<TokenProfile> = {}) =>
    headerFault({ alg: 'RS256', kid: 'key-1', typ: 'at+jwt', ...overrides }, { ...PROFILE, ...profile });

  test.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/AT+JWT'])('A3 takes an access token, %s', (typ) => {
    expect(header({ typ })).toBeUndefined();
  });

  test.each([
    ['of an ID token', { typ: 'JWT' }, 'token_use'],
    ['without a type', { typ: undefined }, 'token_use'],
    ['of a logout token', { typ: 'logout+jwt' }, 'token_use'],
    ['of a proof of possession', { typ: 'dpop+jwt' }, 'token_use'],
    ['whose type only begins so', { typ: 'at+jwt2' }, 'token_use'],
    ['whose type is no text', { typ: ['at+jwt'] }, 'token_use'],
    ['of another algorithm', { alg: 'RS384' }, 'token_algorithm'],
    ['of a curve nobody chose', { alg: 'ES256' }, 'token_algorithm'],
    ['without an algorithm', { alg: undefined }, 'token_algorithm'],
    ['with alg none', { alg: 'none' }, 'token_algorithm'],
    ['with something that must be understood', { crit: ['b64'], b64: false }, 'token_malformed'],
  ])('A3 refuses one %s', (_what, overrides, reason) => expect(header(overrides)).toBe(reason));

  test('A15 a provider may sign otherwise, by choice', () => {
    expect(header({ typ: 'JWT' }, { types: ['jwt'] })).toBeUndefined();
    expect(header({ typ: undefined }, { types: ['none'] })).toBeUndefined();
    expect(header({ alg: 'RS512' }, { algorithms: ['RS512'] })).toBeUndefined();
    expect(header({}, { types: ['jwt'] })).toBe('token_use');
    expect(header({}, { algorithms: ['RS512'] })).toBe('token_algorithm');
  });
});

describe('a user’s token of a provider', () => {
  test('A3 gives the user, with groups and the scopes of this server', () => {
    expect(decide(providerClaims({ groups: ['admins'], scope: 'openid notes:read other' }))).toMatchObject({
      ok: true,
      value: { kind: 'user', id: 'user-1', client: USER_CLIENT, groups: ['admins'], scopes: ['notes:read'] },
    });
  });

  test.each([
    ['of another issuer', { iss: `${ISSUER}/` }, 'token_issuer'],
    ['that has expired', { exp: now - 1 }, 'token_expired'],
    ['without an expiry', { exp: undefined }, 'token_expired'],
    ['that is not yet valid', { nbf: now + 60 }, 'token_not_yet_valid'],
    ['with an access token’s hash, as ID tokens have', { at_hash: 'x' }, 'token_use'],
    ['with a code’s hash, as ID tokens have', { c_hash: 'x' }, 'token_use'],
    ['with a nonce, as ID tokens have', { nonce: 'x' }, 'token_use'],
    ['bound to a key that nobody proves here', { cnf: { jkt: 'x' } }, 'token_use'],
    ['that says it is an ID token', { token_use: 'id' }, 'token_use'],
    ['of another resource', { aud: 'https://mcp.example.com/other' }, 'token_audience'],
    ['of this resource with a slash', { aud: `${RESOURCE}/` }, 'token_audience'],
    ['of a client, as ID tokens are', { aud: USER_CLIENT }, 'token_audience'],
    ['of several resources', { aud: [RESOURCE, 'https://other.example'] }, 'token_audience'],
    ['of nobody', { aud: [] }, 'token_audience'],
    ['without an audience', { aud: undefined }, 'token_audience'],
    ['of a client nobody named', { client_id: 'stranger' }, 'token_client'],
    ['without a client', { client_id: undefined }, 'token_client'],
    ['whose client is elsewhere', { client_id: undefined, azp: USER_CLIENT }, 'token_client'],
    ['whose client is no text', { client_id: [USER_CLIENT] }, 'token_client'],
    ['without a scope of this server', { scope: 'openid profile' }, 'token_scope'],
    ['with a scope this server does not declare', { scope: 'notes:admin' }, 'token_scope'],
    ['without scopes', { scope: undefined }, 'token_scope'],
    ['whose scopes are elsewhere', { scope: undefined, scp: ['notes:read'] }, 'token_scope'],
    ['without a subject', { sub: undefined }, 'token_subject'],
    ['with an empty subject', { sub: '' }, 'token_subject'],
    ['that the client got for itself', { sub: USER_CLIENT }, 'token_subject'],
    ['that the client got for itself, at Auth0', { sub: `${USER_CLIENT}@clients` }, 'token_subject'],
    ['by client credentials', { gty: 'client-credentials' }, 'token_subject'],
    ['of an app', { idtyp: 'app' }, 'token_subject'],
  ])('A3 refuses one %s', (_what, overrides, reason) => {
    expect(decide(providerClaims(overrides))).toMatchObject(refused(reason));
  });

  test('A15 an audience stands alone or beside those that were named', () => {
    const userinfo = 'https://id.example.com/userinfo';
    expect(decide(providerClaims({ aud: [RESOURCE] }))).toMatchObject({ ok: true });
    const shared = providerClaims({ aud: [RESOURCE, userinfo] });
    expect(decide(shared)).toMatchObject(refused('token_audience'));
    expect(decide(shared, { otherAudiences: [userinfo] })).toMatchObject({ ok: true });
    expect(decide(providerClaims({ aud: userinfo }), { otherAudiences: [userinfo] })).toMatchObject(
      refused('token_audience'),
    );
  });

  test('A15 an audience of another spelling takes the place of the address', () => {
    expect(decide(providerClaims({ aud: 'api://notes' }), { audience: 'api://notes' })).toMatchObject({ ok: true });
    expect(decide(providerClaims(), { audience: 'api://notes' })).toMatchObject(refused('token_audience'));
  });

  test('A15 client, scopes and groups come from the claims that the profile names', () => {
    const claims = providerClaims({
      client_id: undefined,
      scope: undefined,
      azp: USER_CLIENT,
      scp: ['notes:read', 'notes:write'],
      roles: ['admins'],
      groups: ['others'],
    });
    expect(decide(claims, { clientClaim: 'azp', scopeClaim: 'scp', groupsClaim: 'roles' })).toMatchObject({
      value: { client: USER_CLIENT, scopes: ['notes:read', 'notes:write'], groups: ['admins'] },
    });
    expect(decide(providerClaims({ groups: ['admins'] }), { groupsClaim: undefined })).toMatchObject({
      value: { groups: [] },
    });
    expect(decide(providerClaims({ groups: 'admins' }))).toMatchObject({ value: { groups: [] } });
  });

  test('A15 a user has the id that the profile names, and no other', () => {
    const named = decide(providerClaims({ sub: 'ada@example.com', uid: '00u1' }), { subjectClaim: 'uid' });
    expect(named).toMatchObject({ value: { id: '00u1' } });
    expect(decide(providerClaims(), { subjectClaim: 'uid' })).toMatchObject(refused('token_subject'));
  });

  test('A15 a scope has the prefix that tokens have, which may not be that of the wire', () => {
    const facts = { scopePrefix: 'api://notes/' };
    expect(decide(providerClaims({ scope: 'api://notes/notes:read' }), {}, facts)).toMatchObject({ ok: true });
    expect(decide(providerClaims({ scope: 'notes:read' }), {}, facts)).toMatchObject(refused('token_scope'));
    expect(decide(providerClaims({ scope: 'notes:read' }), { scopePrefix: '' }, facts)).toMatchObject({ ok: true });
    expect(decide(providerClaims({ scope: 'x/notes:read' }), { scopePrefix: 'y/' })).toMatchObject(
      refused('token_scope'),
    );
  });

  test('A15 claims that must be there have exactly the value', () => {
    const requiredClaims = { tid: 'tenant-1' };
    expect(decide(providerClaims({ tid: 'tenant-1' }), { requiredClaims })).toMatchObject({ ok: true });
    for (const tid of ['tenant-2', undefined, ['tenant-1']]) {
      expect(decide(providerClaims({ tid }), { requiredClaims })).toMatchObject(refused('token_use'));
    }
  });

  test('A15 any client may sign in only where that was chosen, and a machine stays a machine', () => {
    const facts = { userClients: new Set(['*']) };
    expect(decide(providerClaims({ client_id: 'stranger' }), {}, facts)).toMatchObject({
      value: { kind: 'user', client: 'stranger' },
    });
    expect(decide(providerClaims({ client_id: '' }), {}, facts)).toMatchObject(refused('token_client'));
    expect(decide(providerMachineClaims(), {}, facts)).toMatchObject({ value: { kind: 'machine' } });
    expect(decide(providerClaims({ client_id: '*' }))).toMatchObject(refused('token_client'));
  });
});

describe('a machine’s token of a provider', () => {
  test('A13 gives the machine, without groups and with its own scopes at most', () => {
    const claims = providerMachineClaims({ scope: 'profile notes:read notes:write', groups: ['admins'] });
    expect(decide(claims)).toMatchObject({
      ok: true,
      value: { kind: 'machine', id: MACHINE_CLIENT, groups: [], scopes: ['notes:read'] },
    });
  });

  test('A15 a machine without a subject is its client', () => {
    expect(decide(providerMachineClaims({ sub: undefined }))).toMatchObject({ value: { id: MACHINE_CLIENT } });
    expect(decide(providerMachineClaims({ sub: '' }))).toMatchObject(refused('token_subject'));
  });

  test('A15 its scopes may have a claim of their own', () => {
    const claims = providerMachineClaims({ scope: undefined, roles: ['notes:read'] });
    expect(decide(claims, { machineScopeClaim: 'roles' })).toMatchObject({ value: { scopes: ['notes:read'] } });
    expect(
      decide(providerClaims({ scope: undefined, roles: ['notes:read'] }), { machineScopeClaim: 'roles' }),
    ).toMatchObject(refused('token_scope'));
  });

  test.each([
    ['of another resource', { aud: 'https://other.example' }, 'token_audience'],
    ['without an audience', { aud: undefined }, 'token_audience'],
    ['with a scope beyond its own alone', { scope: 'notes:write' }, 'token_scope'],
    ['without scopes', { scope: undefined }, 'token_scope'],
    ['of a client nobody named', { client_id: 'stranger', sub: 'stranger' }, 'token_client'],
    ['that is an ID token', { at_hash: 'x' }, 'token_use'],
  ])('A13 refuses one %s', (_what, overrides, reason) => {
    expect(decide(providerMachineClaims(overrides))).toMatchObject(refused(reason));
  });
});

describe('through the whole guard', () => {
  let keys: Keys;
  beforeAll(async () => {
    keys = await makeKeys();
  });

  test('A15 a token of the provider reaches the server', async () => {
    const { response, reached } = await providerGuard(keys)(await signProvider(keys, providerClaims()));
    expect([response.status, reached]).toEqual([200, 1]);
  });

  test('A4 the challenge names scopes as clients ask for them', async () => {
    const ask = providerGuard(keys, { scopePrefix: '' }, { scopePrefix: 'api://notes/' });
    const { response, reached } = await ask(await signProvider(keys, providerClaims()), 'add_note');
    expect([response.status, reached]).toEqual([403, 0]);
    expect(response.headers.get('www-authenticate')).toContain(
      'scope="api://notes/notes:read api://notes/notes:write"',
    );
  });

  test.each([
    ['a header of another type', { typ: 'JWT' }],
    ['no type', { typ: undefined }],
  ])('A3 refuses one with %s', async (_what, header) => {
    const { response, reached } = await providerGuard(keys)(await signProvider(keys, providerClaims(), header));
    expect([response.status, reached]).toEqual([401, 0]);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });

  test('A3 refuses one signed by an algorithm nobody chose, with the key of another', async () => {
    // As providers publish keys that several algorithms may use.
    const bare = { keys: keys.jwks.keys.map((key) => ({ ...key, alg: undefined })) };
    const ask = providerGuard({ ...keys, fetcher: async () => Response.json(bare) });
    const answered = await ask(signByHand(keys, providerClaims(), { alg: 'RS384' }, 'sha384'));
    expect([answered.response.status, answered.reached]).toEqual([401, 0]);
    expect((await ask(signByHand(keys, providerClaims(), { alg: 'RS256' }))).reached).toBe(1);
  });

  test('A3 refuses one that Cognito might have issued', async () => {
    const token = await signProvider(keys, providerClaims({ token_use: 'access' }), { typ: 'JWT' });
    expect((await providerGuard(keys)(token)).response.status).toBe(401);
  });
});
