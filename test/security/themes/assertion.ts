/** Client authentication: assertions that are forged, borrowed, stretched or replayed; secrets guessed. */
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import {
  approve,
  authorizationRequest,
  CLIENT,
  CONFIDENTIAL,
  form,
  REDIRECT,
  SECRET,
  tokenRequest,
} from '../../support/broker';
import { type Attack, oauthError, type Theme, unless } from '../attack-row';
import { DOCUMENT_HOST } from '../clients';
import { basic, codeFields, ISSUER, post } from '../steps';
import type { World } from '../world';

const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const AUDIENCE = `${ISSUER}/oauth2/token`;
const now = () => Math.floor(Date.now() / 1000);
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

async function signingClient({ documents, at }: World) {
  const id = documents.publishSigning('/signing.json', { redirect_uris: [REDIRECT] });
  const { asked, code } = await approve(at, authorizationRequest({ client_id: id }));
  return { id, fields: codeFields(asked, code) };
}

const claims = (id: string) => ({ iss: id, sub: id, aud: AUDIENCE, jti: 'one', exp: now() + 60 });

async function publicKey({ at }: World): Promise<{ kid: string; pem: string; jwk: Record<string, string> }> {
  const keys = await at.services.documents.keys(`https://${DOCUMENT_HOST}/jwks.json`, {
    source: '192.0.2.1',
    requestId: 'key',
  });
  const jwk = (keys?.keys[0] ?? {}) as Record<string, string>;
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
  return { kid: jwk.kid ?? '', pem, jwk };
}

const FORGED: readonly (readonly [string, (world: World, id: string) => Promise<string> | string])[] = [
  ['alg none', (_world, id) => `${encode({ alg: 'none' })}.${encode(claims(id))}.`],
  [
    'HS256, keyed with the public key',
    async (world, id) => {
      const { kid, pem } = await publicKey(world);
      const input = `${encode({ alg: 'HS256', kid })}.${encode(claims(id))}`;
      return `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`;
    },
  ],
  [
    "the attacker's key under a known key id",
    async (world, id) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { kid } = await publicKey(world);
      return new SignJWT(claims(id)).setProtectedHeader({ alg: 'ES256', kid }).sign(privateKey);
    },
  ],
  [
    'a key that it brings along',
    async (_world, id) => {
      const { privateKey, publicKey: jwk } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const header = { alg: 'ES256', jwk: jwk.export({ format: 'jwk' }), jku: 'https://evil.example/jwks.json' };
      return new SignJWT(claims(id)).setProtectedHeader(header as never).sign(privateKey);
    },
  ],
  [
    'the audience of another server',
    ({ documents }, id) => documents.assertion(id, 'https://other.example/oauth2/token'),
  ],
  ['two audiences', ({ documents }, id) => documents.assertion(id, [AUDIENCE, 'https://other.example'] as never)],
  ['no id', ({ documents }, id) => documents.assertion(id, AUDIENCE, { jti: undefined })],
  ['an id that is no text', ({ documents }, id) => documents.assertion(id, AUDIENCE, { jti: 7 })],
  ['a start in the future', ({ documents }, id) => documents.assertion(id, AUDIENCE, { nbf: now() + 600 })],
  [
    'the name of another client',
    ({ documents }) => documents.assertion(`https://${DOCUMENT_HOST}/honest.json`, AUDIENCE),
  ],
  ['changed claims', async ({ documents }, id) => changed(await documents.assertion(id, AUDIENCE))],
  ['nothing in it', () => ''],
  ['no JWT', () => 'a.b.c'],
];

/** A critical extension is refused by name; the signing helper of the document server sets none of these. */
function changed(assertion: string): string {
  const [header, payload, signature] = assertion.split('.');
  const read = JSON.parse(Buffer.from(payload ?? '', 'base64url').toString()) as object;
  return `${header}.${encode({ ...read, exp: now() + 200 })}.${signature}`;
}

const redeem = ({ at }: World, fields: Record<string, string>, assertion?: string) =>
  tokenRequest(at, {
    ...fields,
    ...(assertion !== undefined && { client_assertion: assertion, client_assertion_type: TYPE }),
  });

const SECRETS: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
  ['no secret', { client_id: CONFIDENTIAL }, {}],
  ['an empty secret', { client_id: CONFIDENTIAL, client_secret: '' }, {}],
  ['a wrong secret', { client_id: CONFIDENTIAL, client_secret: 'guess' }, {}],
  ['a wrong secret in the header', {}, basic(CONFIDENTIAL, 'guess')],
  ['the secret in another case', {}, basic(CONFIDENTIAL, SECRET.toUpperCase())],
  ['the secret in two places', { client_secret: SECRET }, basic(CONFIDENTIAL, SECRET)],
  ['another client in the form', { client_id: CLIENT }, basic(CONFIDENTIAL, SECRET)],
  ['a broken header', { client_id: CLIENT }, { authorization: 'Basic %%%' }],
  ['a bearer header', { client_id: CLIENT }, { authorization: 'Bearer x' }],
  ['a secret for a public client', { client_id: CLIENT, client_secret: 'x' }, {}],
  [
    'an assertion for a client with a secret',
    { client_id: CONFIDENTIAL, client_assertion: 'a.b.c', client_assertion_type: TYPE },
    {},
  ],
  ['an assertion of another type', { client_id: CLIENT, client_assertion: 'a.b.c', client_assertion_type: 'saml' }, {}],
];

export const assertion: Theme = {
  name: 'client authentication',
  attacks: [
    {
      attack: 'none: an honest assertion',
      expectation: 'tokens',
      run: async (world) => {
        const { id, fields } = await signingClient(world);
        const reply = await redeem(world, fields, await world.documents.assertion(id, AUDIENCE));
        return unless(reply.status === 200, `answered ${reply.status} ${reply.body}`);
      },
    },
    {
      attack: 'a client that must sign does not',
      expectation: 'invalid_client',
      run: async (world) => oauthError(await redeem(world, (await signingClient(world)).fields), 'invalid_client'),
    },
    ...FORGED.map(
      ([what, forge]): Attack => ({
        attack: `an assertion with ${what}`,
        expectation: 'invalid_client, at token and revocation',
        run: async (world) => {
          const { id, fields } = await signingClient(world);
          const forged = await forge(world, id);
          const refused = oauthError(await redeem(world, fields, forged), 'invalid_client');
          const at = {
            client_id: id,
            token: 'x',
            client_assertion: await forge(world, id),
            client_assertion_type: TYPE,
          };
          return refused ?? oauthError(await post(world.at, '/oauth2/revoke', form(at)), 'invalid_client');
        },
      }),
    ),
    {
      attack: 'an assertion replayed',
      expectation: 'invalid_client the second time, wherever it was spent',
      run: async (world) => {
        const [first, second] = [await signingClient(world), await signingClient(world)];
        const signed = await world.documents.assertion(first.id, AUDIENCE);
        const honest = await redeem(world, first.fields, signed);
        return (
          unless(honest.status === 200, 'the first was refused') ??
          oauthError(await redeem(world, second.fields, signed), 'invalid_client')
        );
      },
    },
    {
      attack: 'an assertion good for a year',
      expectation: 'invalid_client',
      run: async (world) => {
        const { id, fields } = await signingClient(world);
        // As if signed long ago with an end far ahead: to the broker's clock a minute's life is a year's.
        world.at.ahead = -31_536_000;
        const signed = await world.documents.assertion(id, AUDIENCE);
        world.at.ahead = -400;
        const reply = await redeem(world, fields, signed);
        return oauthError(reply, 'invalid_client');
      },
    },
    ...SECRETS.map(
      ([what, fields, headers]): Attack => ({
        attack: `client authentication with ${what}`,
        expectation: 'invalid_client',
        run: async ({ at }) =>
          oauthError(
            await tokenRequest(at, { grant_type: 'refresh_token', refresh_token: 'x', ...fields }, headers),
            'invalid_client',
          ),
      }),
    ),
  ],
};
