// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** Texts and values without a secret that look as if they had one: what servers answer all day. */
import { generateKeyPairSync } from 'node:crypto';
import { ALNUM, BASE64, BASE64URL, DIGITS, HEX, LOWER, type Random, UPPER, uuid } from './random';

export interface Negative {
  readonly kind: string;
  readonly value: unknown;
}

type Make = (random: Random) => unknown;

const WORDS =
  'note list server request result page user client error policy time table value field model cache queue worker region'.split(
    ' ',
  );
const name = (r: Random) => `${r.pick(WORDS)}_${r.pick(WORDS)}`;
const camel = (r: Random) => r.pick(WORDS) + r.pick(['Name', 'Id', 'List', 'Count', 'Value']);
const sentence = (r: Random) => Array.from({ length: 8 + r.below(20) }, () => r.pick(WORDS)).join(' ');
const version = (r: Random) => `${r.below(9)}.${r.below(30)}.${r.below(90)}`;
const base64 = (r: Random, bytes: number) => r.bytes(bytes).toString('base64');
const PUBLIC_PEM = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });

const PROSE = [
  'Reset your password: open Settings and choose Security.',
  'The password must have at least 12 characters, one digit and one symbol.',
  'password: required, at-least-8-chars',
  'Use Bearer authentication as described in RFC 6750; Basic authentication is not supported.',
  'The API key goes in the x-api-key header; see the secret: section of the manual.',
  'Set API_KEY=<your-api-key> and SECRET_KEY=${SECRET_KEY} before you start.',
  'Authorization: Bearer <token>',
  'Authorization: Bearer YOUR_ACCESS_TOKEN_HERE',
  'DB_PASSWORD=********',
  'password: xxxxxxxxxxxx',
  'The file starts with -----BEGIN PRIVATE KEY----- and must not be committed.',
  'https://user:password@example.com/ is how credentials were written in URLs.',
  'postgres://app:${DB_PASSWORD}@db.internal/notes',
  'token = changeme',
  'secret: my-secret-name-in-vault',
  'Store the access_token: it expires after 15 minutes.',
  'credentials: same-origin',
  'AKIA keys are long-lived, ASIA keys are temporary.',
  'A JWT begins with eyJ and has three parts.',
];

const CODE: readonly Make[] = [
  (r) => `const ${camel(r)} = req.body.password;`,
  (r) => `if (!password || password.length < ${6 + r.below(10)}) throw new Error('password: too short');`,
  () => 'const token = await getAccessToken(session, { scope: "read" });',
  () => 'password: z.string().min(8).max(128),',
  () => 'api_key = os.environ["SERVICE_API_KEY"]',
  () => 'const apiKey = process.env.SERVICE_API_KEY ?? config.apiKey;',
  () => 'this.secret = new Secret(this, "Secret2", { secretName: "notes/db" });',
  (r) => `password_encryption = scram-sha-256 # line ${r.below(99)}`,
  () => 'PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]',
  () => 'private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)',
  () => 'token: cdk.Token.asString(pool.userPoolId),',
  () => 'credentials: fromIni({ profile: "dev2" }),',
  () => '<input type="password" name="password" placeholder="Enter password" autocomplete="new-password">',
  () => 'secretKey: SecretValue.secretsManager("notes/db2").unsafeUnwrap(),',
  () => 'password=$(aws ssm get-parameter --name /db/password2)',
  () => "session_token = credentials['SessionToken']",
  () => 'env: { GITHUB_TOKEN: ${{ secrets.GITHUB_TOKEN }} }',
  () => 'Password = var.db_password_v2',
  () => 'accessKey: !Ref AccessKey2Parameter',
  () => 'pwd=/home/app/notes2 && ls',
];

const KINDS: Readonly<Record<string, Make>> = {
  'hash (hex)': (r) =>
    `${r.pick(['md5', 'sha1', 'sha256'])} ${r.text(r.pick([32, 40, 64, 128]), HEX)} ${name(r)}.tar.gz`,
  'git log': (r) => `commit ${r.text(40, HEX)}\nAuthor: Ada <ada@example.com>\n\n    ${sentence(r)}`,
  'git range': (r) => `${r.text(7, HEX)}..${r.text(7, HEX)}  main -> origin/main`,
  uuid: (r) => ({ id: uuid(r), parent: uuid(r), [camel(r)]: uuid(r) }),
  'identifiers of AWS': (r) =>
    `arn:aws:iam::${r.text(12, DIGITS)}:role/app i-0${r.text(16, HEX)} AROA${r.text(17, UPPER)} AIDA${r.text(17, UPPER)}`,
  'base64 image': (r) => `data:image/png;base64,iVBORw0KGgo${base64(r, 300 + r.below(900))}`,
  'image content': (r) => ({ type: 'image', mimeType: 'image/png', data: base64(r, 400 + r.below(800)) }),
  base64url: (r) => ({ [camel(r)]: r.bytes(24 + r.below(60)).toString('base64url') }),
  'cursor of a page': (r) => ({
    nextCursor: Buffer.from(JSON.stringify({ id: r.below(1e6), dir: 'asc' })).toString('base64url'),
  }),
  'token of a page': (r) => ({
    next_page_token: r.text(40, BASE64URL),
    pageToken: r.text(24, ALNUM),
    NextToken: base64(r, 60),
    nextSyncToken: r.text(32, BASE64URL),
    continuationToken: base64(r, 45),
  }),
  'token of a page, in text': (r) => `items: 20, next_token: ${r.text(44, ALNUM)}, nextPageToken=${r.text(30, ALNUM)}`,
  'token of a page, in capitals': (r) => `NEXT_TOKEN=${r.text(40, BASE64URL)} CSRF_TOKEN=${r.text(40, HEX)}`,
  'counts of tokens': (r) => ({
    max_tokens: r.below(9000),
    usage: { total_tokens: r.below(9000), token_count: r.below(99) },
  }),
  'counts in text': (r) =>
    `max_tokens=${r.below(9000)} prompt_tokens: ${r.below(9000)} token_type: Bearer tokenizer: cl100k_base`,
  'lock file': (r) =>
    `"node_modules/${r.pick(WORDS)}": {\n  "version": "${version(r)}",\n  "resolved": "https://registry.example.com/${r.pick(WORDS)}/-/${r.pick(WORDS)}-${version(r)}.tgz",\n  "integrity": "sha512-${base64(r, 64)}"\n}`,
  'container digest': (r) => `image: registry.example.com/${name(r)}@sha256:${r.text(64, HEX)}`,
  'go.sum': (r) => `example.com/${r.pick(WORDS)} v${version(r)} h1:${base64(r, 32)}`,
  address: (r) =>
    `https://www.example.com/${r.pick(WORDS)}/@${r.pick(WORDS)}/${r.text(12, HEX)}?utm_source=${name(r)}&id=${r.text(20, ALNUM)}`,
  'address with a name': (r) => `ssh://git@github.com:22/${name(r)}.git https://${r.pick(WORDS)}@example.com/a`,
  'e-mail and phone': (r) =>
    `${name(r)}@example.com, +49 30 ${r.text(7, DIGITS)}, ${r.text(3, DIGITS)}-555-0${r.text(3, DIGITS)}`,
  'minified script': (r) =>
    `!function(e,t){var ${r.text(1, LOWER)}=${r.below(99)};function n(e){return e&&e.key===t.key?e.token:n(t,{secret:!0})}e.exports=n}(${r.text(1, LOWER)},"${r.text(8, ALNUM)}");`,
  'source code': (r) => r.pick(CODE)(r),
  prose: (r) => `${sentence(r)} ${r.pick(PROSE)} ${sentence(r)}`,
  words: sentence,
  'public key': (r) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${base64(r, 32)} ada@example.com`,
  'public PEM': () => PUBLIC_PEM,
  certificate: (r) => `-----BEGIN CERTIFICATE-----\n${base64(r, 300)}\n-----END CERTIFICATE-----`,
  'public JWK': (r) => ({ kty: 'RSA', kid: r.text(12, ALNUM), n: r.bytes(256).toString('base64url'), e: 'AQAB' }),
  'keys that are none': (r) => ({
    primaryKey: r.text(20, ALNUM),
    cache_key: r.text(32, HEX),
    partitionKey: uuid(r),
    idempotency_key: uuid(r),
    publicKey: base64(r, 32),
    api_key_id: r.text(20, ALNUM),
    sortKey: `NOTE#${r.text(12, ALNUM)}`,
  }),
  'keys that are none, in text': (r) =>
    `key=${r.text(24, ALNUM)} keyId=${uuid(r)} kms_key_id: ${uuid(r)} sort_key: ${r.text(20, ALNUM)}`,
  'names of secrets': (r) => ({
    secretName: `notes/${r.pick(WORDS)}2`,
    secret_arn: `arn:aws:secretsmanager:eu-central-1:${r.text(12, DIGITS)}:secret:app/${r.pick(WORDS)}/database-${r.text(6, ALNUM)}`,
    passwordPolicy: 'min-12-symbols',
    tokenEndpoint: 'https://example.com/oauth2/token',
  }),
  'public identifiers': (r) =>
    `pk_live_${r.text(24, ALNUM)} cus_${r.text(14, ALNUM)} ${r.text(12, DIGITS)}-${r.text(32, LOWER + DIGITS)}.apps.googleusercontent.com AC${r.text(32, HEX)}`,
  'labels of a form': (r) => ({
    password: r.pick(['Password', 'Passwort', 'Mot de passe', 'Contraseña']),
    token: 'Token',
  }),
  schema: () => ({
    type: 'object',
    properties: {
      password: { type: 'string', minLength: 8 },
      api_key: { type: 'string', description: 'Your API key' },
    },
  }),
  'log line': (r) =>
    `2026-11-${10 + r.below(19)}T10:${10 + r.below(49)}:00Z INFO ${r.text(8, HEX)} ${camel(r)}=${r.text(16, HEX)} took ${r.below(900)} ms`,
  'trace ids': (r) =>
    `00-${r.text(32, HEX)}-${r.text(16, HEX)}-01 X-Amzn-Trace-Id: Root=1-${r.text(8, HEX)}-${r.text(24, HEX)}`,
  'entity tags': (r) =>
    `ETag: "${r.text(32, HEX)}-${r.below(20)}"\nx-request-id: ${uuid(r)}\nCF-RAY: ${r.text(16, HEX)}-FRA`,
  'content policy': (r) => `script-src 'nonce-${base64(r, 16)}' 'sha256-${base64(r, 32)}'`,
  'proof keys': (r) =>
    `code_challenge=${r.bytes(32).toString('base64url')}&code_challenge_method=S256&state=${r.text(22, BASE64URL)}`,
  csv: (r) =>
    Array.from({ length: 5 }, () => `${r.below(1e6)},${name(r)},${r.text(10, ALNUM)},${r.below(100)}`).join('\n'),
  'hex dump': (r) => `00000010  ${(r.text(32, HEX).match(/../g) ?? []).join(' ')}  |................|`,
  sql: (r) =>
    `SELECT id, password_hash, token_id FROM ${name(r)} WHERE api_key_id = ${r.below(999)} AND secret_version = 2`,
  css: (r) => `.${name(r)}-us1{background:url(data:image/gif;base64,${base64(r, 90)});color:#${r.text(6, HEX)}}`,
  versions: (r) =>
    `${r.pick(WORDS)}@${version(r)} ${version(r)}-rc.${r.below(9)}+${r.text(8, HEX)} key-${r.text(8, HEX)} task-${r.text(12, HEX)}`,
  'random base64 in a list': (r) => Array.from({ length: 6 }, () => r.text(40, BASE64)),
  'words with marks': (r) =>
    `risk-${r.pick(WORDS)}-assessment sk-${r.pick(WORDS)}-model npm_config_${name(r)} pypi-${name(r)} ghp_${name(r)} AKIA ${r.text(8, UPPER)}`,
};

export const NEGATIVE_KINDS = Object.keys(KINDS);

export function negatives(random: Random, each: number): Negative[] {
  return Object.entries(KINDS).flatMap(([kind, make]) =>
    Array.from({ length: each }, () => ({ kind, value: make(random) })),
  );
}
