import { createHmac } from 'node:crypto';
import { CompactSign, exportSPKI, importJWK, SignJWT } from 'jose';
import { signatureVerifier } from '../../../../lambda/guard/tokens/signature';
import { ISSUER, type Keys, makeKeys, sign, userClaims } from '../../../support/guard';

const issuer = { issuer: ISSUER, jwksUri: `${ISSUER}/jwks.json` };
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});

test('A3 accepts a token signed with a key of the issuer, fetching the keys once', async () => {
  const fresh = { ...(await makeKeys()) };
  const verify = signatureVerifier(issuer, fresh.fetcher);
  for (let n = 0; n < 3; n++) {
    expect(await verify(await sign(fresh, userClaims({ jti: `${n}` })))).toMatchObject({
      ok: true,
      value: { sub: 'user-1' },
    });
  }
  expect(fresh.fetches()).toBe(1);
});

test('A3 refuses alg none', async () => {
  const token = `${base64({ alg: 'none', kid: 'key-1' })}.${base64(userClaims())}.`;
  expect(await signatureVerifier(issuer, keys.fetcher)(token)).toMatchObject({ ok: false });
});

test('A3 refuses HS256 with the public key as its secret', async () => {
  const pem = await exportSPKI((await importJWK(keys.jwks.keys[0] as object, 'RS256')) as never);
  const input = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(userClaims())}`;
  const token = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
  expect(await signatureVerifier(issuer, keys.fetcher)(token)).toMatchObject({
    refusal: { reason: 'token_algorithm' },
  });
});

test("A3 refuses another issuer's signature under a known key id", async () => {
  const other = await makeKeys();
  expect(await signatureVerifier(issuer, keys.fetcher)(await sign(other, userClaims()))).toMatchObject({
    refusal: { reason: 'token_signature' },
  });
});

test('A3 refuses an unknown key id, and does not fetch for each of them', async () => {
  const fresh = await makeKeys();
  const verify = signatureVerifier(issuer, fresh.fetcher);
  for (let n = 0; n < 5; n++) {
    expect(await verify(await sign(fresh, userClaims(), { kid: `unknown-${n % 2}` }))).toMatchObject({
      refusal: { reason: 'token_key_unknown' },
    });
  }
  expect(fresh.fetches()).toBeLessThanOrEqual(2);
});

test('A3 refuses what is no token as such while keys are being fetched', async () => {
  let answer: () => void = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const verify = signatureVerifier(issuer, async () => {
    await asked;
    return Response.json(keys.jwks);
  });
  const good = verify(await sign(keys, userClaims()));
  expect(await verify('not.a.token')).toMatchObject({ refusal: { reason: 'token_malformed' } });
  answer();
  expect(await good).toMatchObject({ ok: true });
});

test('A3 refuses changed claims', async () => {
  const [header, , signature] = (await sign(keys, userClaims())).split('.');
  const token = `${header}.${base64(userClaims({ sub: 'someone-else' }))}.${signature}`;
  expect(await signatureVerifier(issuer, keys.fetcher)(token)).toMatchObject({
    refusal: { reason: 'token_signature' },
  });
});

test.each([
  [{ exp: 1 }, 'token_expired'],
  [{ nbf: 9_999_999_999 }, 'token_not_yet_valid'],
  [{ iss: 'https://elsewhere.example' }, 'token_issuer'],
])('A3 names what is wrong with %j', async (overrides, reason) => {
  const token = await sign(keys, userClaims(overrides));
  expect(await signatureVerifier(issuer, keys.fetcher)(token)).toMatchObject({ refusal: { reason } });
});

test.each(['', 'a.b.c', 'a.b', 'a.b.c.d', `${base64({ alg: 'RS256' })}.${base64([])}.x`])(
  'A3 refuses the malformed token %j',
  async (token) => {
    expect(await signatureVerifier(issuer, keys.fetcher)(token)).toMatchObject({ ok: false });
  },
);

test('A3 ignores a key that the token brings along', async () => {
  const other = await makeKeys();
  const jwk = other.jwks.keys[0] as Record<string, unknown>;
  const payload = new TextEncoder().encode(JSON.stringify(userClaims()));
  const signed = await new CompactSign(payload)
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk, jku: 'https://evil.example/jwks.json' } as never)
    .sign(other.privateKey);
  expect(await signatureVerifier(issuer, keys.fetcher)(signed)).toMatchObject({
    refusal: { reason: 'token_signature' },
  });
});

test('says that keys are unavailable, rather than calling the token bad, when the issuer cannot be reached', async () => {
  const verify = signatureVerifier(issuer, async () => {
    throw new TypeError('fetch failed');
  });
  const token = await sign(keys, userClaims());
  expect(await verify(token)).toMatchObject({ refusal: { reason: 'keys_unavailable' } });
  expect(await verify(token)).toMatchObject({ refusal: { reason: 'keys_unavailable' } });
});

test('says so too when the issuer answers with an error', async () => {
  const verify = signatureVerifier(issuer, async () => new Response('', { status: 500 }));
  expect(await verify(await sign(keys, userClaims()))).toMatchObject({ refusal: { reason: 'keys_unavailable' } });
});

test('A3 refuses a token signed with a key that is not for signatures', async () => {
  const jwks = { keys: [{ ...(keys.jwks.keys[0] as object), use: 'enc' }] };
  const verify = signatureVerifier(issuer, async () => Response.json(jwks));
  const token = await new SignJWT(userClaims())
    .setProtectedHeader({ alg: 'RS256', kid: 'key-1' })
    .sign(keys.privateKey);
  expect(await verify(token)).toMatchObject({ ok: false });
});
