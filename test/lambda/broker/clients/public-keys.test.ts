import { generateKeyPairSync } from 'node:crypto';
import { readKeys } from '../../../../lambda/broker/clients/public-keys';

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicKey = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'one' };

test('A8 public keys are read, and what they carry beside is dropped', () => {
  expect(readKeys({ keys: [{ ...publicKey, x5u: 'http://169.254.169.254/', deep: { er: [] } }] })).toEqual({
    ok: true,
    keys: [publicKey],
  });
});

test.each([
  ['a private key', [pair.privateKey.export({ format: 'jwk' })]],
  ['a private key beside a public one', [publicKey, pair.privateKey.export({ format: 'jwk' })]],
  ['a symmetric key', [{ kty: 'oct', k: 'AA' }]],
  ['a symmetric key under another type', [{ ...publicKey, k: 'AA' }]],
  ['a key of no type', [{ x: 'AA' }]],
  ['no key', []],
  ['what is no key', ['key']],
  ['null', [null]],
  ['too many', Array.from({ length: 21 }, () => publicKey)],
])('A8 refuses a set with %s', (_what, keys) => {
  expect(readKeys({ keys })).toMatchObject({ ok: false });
});

test.each([[undefined], [null], [[]], [{}], [{ keys: {} }]])('A8 refuses %j, which is no key set', (body) => {
  expect(readKeys(body)).toMatchObject({ ok: false });
});
