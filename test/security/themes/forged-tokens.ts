/** The guard: tokens built by hand, part by part, and the header that brings them. */
import {
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  KeyObject,
  type SignKeyObjectInput,
  sign as signBytes,
} from 'node:crypto';
import { exportJWK } from 'jose';
import { signatureVerifier } from '../../../lambda/guard/tokens/signature';
import {
  CONFIG,
  ISSUER,
  type Keys,
  machineClaims,
  makeKeys,
  RESOURCE,
  read,
  testGuard,
  toolCall,
  userClaims,
} from '../../support/guard';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const now = () => Math.floor(Date.now() / 1000);
const RS256 = { alg: 'RS256', kid: 'key-1' };

/** A token of any header and payload, given as values or as text, with the issuer's own signature. */
function issued(
  keys: Keys,
  header: unknown = RS256,
  payload: unknown = userClaims(),
  hash = 'sha256',
  more = {},
): string {
  const input = `${encoded(header)}.${encoded(payload)}`;
  const key: SignKeyObjectInput = { key: KeyObject.from(keys.privateKey as never), ...more };
  return `${input}.${signBytes(hash, Buffer.from(input), key).toString('base64url')}`;
}

function keyed(header: unknown, key: string | Buffer, hash = 'sha256'): string {
  const input = `${encoded(header)}.${encoded(userClaims())}`;
  return `${input}.${createHmac(hash, key).update(input).digest('base64url')}`;
}

async function outcome(world: World, authorization: string) {
  let reached = 0;
  const asked: string[] = [];
  const fetcher: typeof fetch = (uri, init) => {
    asked.push(String(uri));
    return world.keys.fetcher(uri, init);
  };
  const { post } = testGuard(
    world.keys,
    async () => {
      reached += 1;
      return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    },
    { verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, fetcher) },
  );
  const started = performance.now();
  const response = await post(toolCall('list_notes'), { headers: { authorization } });
  return { status: response.status, reached, asked, ms: performance.now() - started };
}

type Forge = (world: World) => string | Promise<string>;
type Row = readonly [what: string, forge: Forge];

const refusedRow = ([what, forge]: Row, prefix = 'Bearer '): Attack => ({
  attack: what,
  expectation: '401 in no time, server not reached, no address fetched but ours',
  run: async (world) => {
    const { status, reached, asked, ms } = await outcome(world, `${prefix}${await forge(world)}`);
    return firstOf(
      unless(reached === 0, 'the server was reached'),
      unless(status === 401, `answered ${status}`),
      unless(
        asked.every((uri) => uri === CONFIG.jwksUri),
        `asked ${asked.join()}`,
      ),
      unless(ms < 1_000, `took ${ms} ms`),
    );
  },
});

const allowedRow = ([what, forge]: Row, prefix = 'Bearer '): Attack => ({
  attack: `none: ${what}`,
  expectation: 'the server answers',
  run: async (world) => {
    const { status } = await outcome(world, `${prefix}${await forge(world)}`);
    return unless(status === 200, `answered ${status}`);
  },
});

const ALGORITHMS: readonly Row[] = [
  ...['None', 'NONE', 'nOnE', '', 'none ', null, undefined, 0, ['RS256'], { a: 'RS256' }].map(
    (alg): Row => [
      `alg ${JSON.stringify(alg)} without a signature`,
      () => `${encoded({ ...RS256, alg })}.${encoded(userClaims())}.`,
    ],
  ),
  ...['rs256', 'RS256 ', 'RS-256', 'none', 'EdDSA', 'HS256', undefined, null].map(
    (alg): Row => [
      `alg ${JSON.stringify(alg)} with the issuer's RS256 signature`,
      ({ keys }) => issued(keys, { ...RS256, alg }),
    ],
  ),
  [
    'RS384 by the issuer, whose key is for RS256',
    ({ keys }) => issued(keys, { ...RS256, alg: 'RS384' }, undefined, 'sha384'),
  ],
  [
    'RS512 by the issuer, whose key is for RS256',
    ({ keys }) => issued(keys, { ...RS256, alg: 'RS512' }, undefined, 'sha512'),
  ],
  [
    "PS256 with the issuer's RS256 key",
    ({ keys }) => issued(keys, { ...RS256, alg: 'PS256' }, undefined, 'sha256', { padding: 6, saltLength: 32 }),
  ],
  [
    'ES256 with a curve of its own under a known id',
    () => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const input = `${encoded({ ...RS256, alg: 'ES256' })}.${encoded(userClaims())}`;
      const signature = signBytes('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${input}.${signature.toString('base64url')}`;
    },
  ],
  ...(['sha256', 'sha384', 'sha512'] as const).flatMap((hash): Row[] => {
    const header = { ...RS256, alg: `HS${hash.slice(3)}` };
    return [
      [
        `${header.alg} with the public key as JSON`,
        ({ keys }) => keyed(header, JSON.stringify(keys.jwks.keys[0]), hash),
      ],
      [
        `${header.alg} with the modulus`,
        ({ keys }) => keyed(header, Buffer.from((keys.jwks.keys[0] as { n: string }).n, 'base64url'), hash),
      ],
      [
        `${header.alg} with the public key in DER`,
        ({ keys }) => {
          const key = createPublicKey({ key: keys.jwks.keys[0] as never, format: 'jwk' });
          return keyed(header, key.export({ format: 'der', type: 'spki' }), hash);
        },
      ],
      [`${header.alg} with an empty key`, () => keyed(header, '', hash)],
      [`${header.alg} with the key id as key`, () => keyed(header, 'key-1', hash)],
    ];
  }),
];

const KEY_IDS: readonly unknown[] = [
  undefined,
  null,
  '',
  0,
  true,
  {},
  ['key-1'],
  'KEY-1',
  ' key-1',
  'key-1 ',
  'key-1\0',
  'key-1\0.pem',
  '../../../../../../dev/null',
  'file:///dev/null',
  "key-1' UNION SELECT 'AAAA",
  "'; DROP TABLE keys; --",
  '$(sleep 5)',
  'https://evil.example/jwks.json',
  '__proto__',
  'constructor',
  'toString',
  'k'.repeat(8_000),
];

const BROUGHT: readonly Row[] = (
  [
    ['jku', () => 'https://evil.example/jwks.json'],
    ['x5u', () => 'https://evil.example/cert.pem'],
    ['jwk', (jwk: unknown) => jwk],
    ['x5c', () => ['MIIBszCCAVmgAwIBAgIU']],
    ['x5t', () => 'AAAA'],
    ['url', () => 'https://evil.example/'],
  ] as const
).flatMap(([name, value]): Row[] =>
  ['key-1', 'evil'].map(
    (kid): Row => [
      `a key of its own, brought by ${name}, under ${kid === 'evil' ? 'an unknown' : 'a known'} id`,
      async () => {
        const other = await makeKeys(kid);
        const jwk = await exportJWK(other.privateKey);
        return issued(other, { ...RS256, kid, [name]: value({ ...jwk, d: undefined, kid }) });
      },
    ],
  ),
);

const HEADERS: readonly Row[] = [
  ['crit with b64', ({ keys }) => issued(keys, { ...RS256, crit: ['b64'], b64: false })],
  ['b64 false without crit', ({ keys }) => issued(keys, { ...RS256, b64: false })],
  ['crit with what nobody knows', ({ keys }) => issued(keys, { ...RS256, crit: ['x'], x: 1 })],
  ['an empty crit', ({ keys }) => issued(keys, { ...RS256, crit: [] })],
  ['crit that is a text', ({ keys }) => issued(keys, { ...RS256, crit: 'exp' })],
  ...[
    'JWE',
    'JWS',
    'dpop+jwt',
    'logout+jwt',
    'id+jwt',
    'secevent+jwt',
    'oauth-authz-req+jwt',
    'jwt ',
    '',
    null,
    1,
    ['jwt'],
  ].map((typ): Row => [`the type ${JSON.stringify(typ)}`, ({ keys }) => issued(keys, { ...RS256, typ })]),
  ['two algorithms, none first', async () => issued(await makeKeys(), '{"alg":"none","alg":"RS256","kid":"key-1"}')],
  ['two algorithms, none last', ({ keys }) => issued(keys, '{"alg":"RS256","alg":"none","kid":"key-1"}')],
  ['a header that is no JSON', ({ keys }) => issued(keys, '{"alg":"RS256","kid":"key-1"')],
  ['a header that is a list', ({ keys }) => issued(keys, [RS256])],
  ['a header that is null', ({ keys }) => issued(keys, 'null')],
  ['a header behind a byte order mark', async () => issued(await makeKeys(), `\ufeff${JSON.stringify(RS256)}`)],
];

const SHAPES: readonly Row[] = [
  ['two parts', ({ keys }) => issued(keys).split('.').slice(0, 2).join('.')],
  ['four parts', ({ keys }) => `${issued(keys)}.`],
  ['five parts, as if encrypted', ({ keys }) => `${issued(keys)}.a.b`],
  ['an encrypted token', () => `${encoded({ alg: 'dir', enc: 'A256GCM', kid: 'key-1' })}..AAAA.AAAA.AAAA`],
  ['a point before it', ({ keys }) => `.${issued(keys)}`],
  ['no header', ({ keys }) => `.${issued(keys).split('.').slice(1).join('.')}`],
  ['no payload', ({ keys }) => issued(keys).replace(/\.[^.]+\./, '..')],
  ['nothing but points', () => '..'],
  ['a token in a token', ({ keys }) => issued(keys, { ...RS256, cty: 'JWT' }, issued(keys))],
  ['a payload that is a list', ({ keys }) => issued(keys, RS256, [userClaims()])],
  ['a payload that is null', ({ keys }) => issued(keys, RS256, 'null')],
  ['a payload that is a text', ({ keys }) => issued(keys, RS256, '"token"')],
  ['a payload that is no JSON', ({ keys }) => issued(keys, RS256, `${JSON.stringify(userClaims())}x`)],
  ['a signature with a letter more', ({ keys }) => `${issued(keys)}AAAA`],
  ['a signature with a letter less', ({ keys }) => issued(keys).slice(0, -4)],
  [
    'the signature of another token',
    ({ keys }) => {
      const other = issued(keys, RS256, userClaims({ jti: 'other' })).split('.')[2];
      return `${issued(keys).split('.').slice(0, 2).join('.')}.${other}`;
    },
  ],
  ['a signature of zeros', ({ keys }) => `${issued(keys).split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`],
  ['a megabyte of claims', ({ keys }) => issued(keys, RS256, userClaims({ a: 'x'.repeat(1_000_000) }))],
  ['a hundred thousand points', () => '.'.repeat(100_000)],
  [
    'the JSON form of a signature',
    ({ keys }) => {
      const [header, payload, signature] = issued(keys).split('.');
      return encoded({ protected: header, payload, signature });
    },
  ],
];

const payloadText = (claims: Record<string, unknown>, more: string) =>
  `${JSON.stringify(claims).slice(0, -1)},${more}}`;
const claim = (what: string, overrides: () => Record<string, unknown>, of = userClaims): Row => [
  what,
  ({ keys }) => issued(keys, RS256, of(overrides())),
];

const CLAIMS: readonly Row[] = [
  ...[
    `${ISSUER}/`,
    ISSUER.replace('https', 'http'),
    ISSUER.toUpperCase(),
    ISSUER.replace('issuer.', 'ıssuer.'),
    ISSUER.replace('example.com', 'example.com.'),
    ISSUER.replace('example.com', 'example.com:443'),
    ISSUER.replace('https://', 'https://issuer.example.com@'),
    `${ISSUER}?a`,
    `${ISSUER}#a`,
    `${ISSUER}/../pool`,
    `${ISSUER}2`,
    ` ${ISSUER}`,
    `${ISSUER}\0`,
    [ISSUER],
    { iss: ISSUER },
    null,
    '',
  ].map((iss) => claim(`the issuer ${JSON.stringify(iss)}`, () => ({ iss }))),
  claim('another pool of the same provider', () => ({ iss: ISSUER.replace('pool', 'loop') })),
  ...[
    ['is now', () => now()],
    ['is a text', () => String(now() + 900)],
    ['is a date', () => new Date(Date.now() + 900_000).toISOString()],
    ['is negative', () => -1],
    ['is nothing', () => null],
    ['is true', () => true],
    ['is a list', () => [now() + 900]],
    ['is zero', () => 0],
    ['is in the past by a hair', () => Date.now() / 1000 - 0.001],
  ].map(([what, exp]) => claim(`an expiry that ${what}`, () => ({ exp: (exp as () => unknown)() }))),
  [
    'an expiry beyond numbers',
    ({ keys }) => issued(keys, RS256, payloadText(userClaims({ exp: undefined }), '"exp":1e400')),
  ],
  ['two expiries, the past one last', ({ keys }) => issued(keys, RS256, payloadText(userClaims(), '"exp":1'))],
  [
    'two audiences, the foreign one last',
    ({ keys }) => issued(keys, RS256, payloadText(userClaims(), '"aud":"https://x.example"')),
  ],
  [
    'two issuers, the foreign one last',
    ({ keys }) => issued(keys, RS256, payloadText(userClaims(), '"iss":"https://x.example"')),
  ],
  ['a use in another case', ({ keys }) => issued(keys, RS256, userClaims({ token_use: 'Access' }))],
  ['claims by way of __proto__', ({ keys }) => issued(keys, RS256, `{"__proto__":${JSON.stringify(userClaims())}}`)],
  ...[
    ['tomorrow', () => now() + 86_400],
    ['a minute ahead, as a skewed clock would have it', () => now() + 60],
    ['a text', () => String(now() - 10)],
    ['beyond numbers', () => 1e300],
    ['a list', () => [now() - 10]],
  ].map(([what, nbf]) => claim(`a start that is ${what}`, () => ({ nbf: (nbf as () => unknown)() }))),
  ...[
    [RESOURCE],
    [],
    {},
    { 0: RESOURCE },
    RESOURCE.toUpperCase(),
    RESOURCE.slice(0, -1),
    `${RESOURCE}#a`,
    `${RESOURCE}?a`,
    `${RESOURCE}%20`,
    ` ${RESOURCE}`,
    RESOURCE.replace('https', 'http'),
    RESOURCE.replace('.com', '.com:443'),
    RESOURCE.replace('mcp.', 'mcp%2e'),
    '*',
    null,
  ].map((aud) => claim(`the audience ${JSON.stringify(aud)}`, () => ({ aud }))),
  ...[
    [read],
    { 0: read },
    `${read}\topenid`,
    `openid\n${read}`,
    `openid\u00a0${read}`,
    `openid,${read}`,
    read.toUpperCase(),
    `${read}*`,
    `${RESOURCE}/*`,
    `${RESOURCE}/`,
    'notes:read',
    `${read}%20`,
    read.replace('/notes', '//notes'),
    '',
    null,
  ].map((scope) => claim(`the scope ${JSON.stringify(scope)}`, () => ({ scope }))),
  ...[['user-client'], 'USER-CLIENT', 'user-client ', 'user-client,machine-client', null, {}].map((client_id) =>
    claim(`the client ${JSON.stringify(client_id)}`, () => ({ client_id })),
  ),
  ...[['user-1'], 1, null, {}].map((sub) => claim(`the subject ${JSON.stringify(sub)}`, () => ({ sub }))),
  claim('a machine that says it is a user', () => ({ client_id: 'user-client' }), machineClaims),
  claim('a user that says it is a machine', () => ({ client_id: 'machine-client' })),
];

const BRINGING: readonly Row[] = [
  ['Bearer by a tab', ({ keys }) => `Bearer\t${issued(keys)}`],
  ['Bearer by nothing', ({ keys }) => `Bearer${issued(keys)}`],
  ['Bearer by a colon', ({ keys }) => `Bearer: ${issued(keys)}`],
  ['no scheme', ({ keys }) => issued(keys)],
  ['Basic', ({ keys }) => `Basic ${issued(keys)}`],
  ['DPoP', ({ keys }) => `DPoP ${issued(keys)}`],
  ['Bearer twice', ({ keys }) => `Bearer Bearer ${issued(keys)}`],
  ['two tokens', ({ keys }) => `Bearer ${issued(keys)} ${issued(keys)}`],
  ['two tokens and a comma', ({ keys }) => `Bearer ${issued(keys)}, Bearer ${issued(keys)}`],
  ['a parameter behind it', ({ keys }) => `Bearer ${issued(keys)}; realm="x"`],
  ['quotes', ({ keys }) => `Bearer "${issued(keys)}"`],
  ['padding', ({ keys }) => `Bearer ${issued(keys)}==`],
  ['padding within', ({ keys }) => `Bearer ${issued(keys).replace('.', '=.')}`],
  ['another alphabet', ({ keys }) => `Bearer ${issued(keys).replaceAll('.', '+')}`],
  ['percent signs', ({ keys }) => `Bearer ${issued(keys).replace('.', '%2e')}`],
  ['the word null', () => 'Bearer null'],
  ['the word undefined', () => 'Bearer undefined'],
  ['nothing', () => 'Bearer '],
];

const ALLOWED: readonly Row[] = [
  ['no type', ({ keys }) => issued(keys)],
  ['the type JWT', ({ keys }) => issued(keys, { ...RS256, typ: 'JWT' })],
  ['the type at+jwt', ({ keys }) => issued(keys, { ...RS256, typ: 'at+jwt' })],
  ['an expiry a second ahead', ({ keys }) => issued(keys, RS256, userClaims({ exp: now() + 2 }))],
  ['an expiry with a fraction', ({ keys }) => issued(keys, RS256, userClaims({ exp: now() + 900.5 }))],
  ['a start that is now', ({ keys }) => issued(keys, RS256, userClaims({ nbf: now() }))],
  ['an issue in the future, which says nothing', ({ keys }) => issued(keys, RS256, userClaims({ iat: now() + 60 }))],
  ['scopes of others beside ours', ({ keys }) => issued(keys, RS256, userClaims({ scope: `openid  ${read} ` }))],
];

export const forgedTokens: Theme = {
  name: 'guard: forged tokens',
  attacks: [
    ...ALLOWED.map((row) => allowedRow(row)),
    allowedRow(['Bearer in lower case', ({ keys }) => `bearer ${issued(keys)}`], ''),
    ...ALGORITHMS.map((row) => refusedRow(row)),
    ...KEY_IDS.map((kid) =>
      refusedRow([`the key id ${JSON.stringify(kid)?.slice(0, 60)}`, ({ keys }) => issued(keys, { ...RS256, kid })]),
    ),
    refusedRow([
      'a key id that is a path to nothing, keyed with nothing',
      () => keyed({ alg: 'HS256', kid: '/dev/null' }, ''),
    ]),
    ...BROUGHT.map((row) => refusedRow(row)),
    ...HEADERS.map((row) => refusedRow(row)),
    ...SHAPES.map((row) => refusedRow(row)),
    ...CLAIMS.map((row) => refusedRow(row)),
    ...BRINGING.map(([what, forge]) => refusedRow([`an Authorization header with ${what}`, forge], '')),
  ],
};
