/** Texts and values that hold a secret, each in a place where secrets are met. */
import { FORMATS, password, randomValue } from './formats';
import { ALNUM, BASE64, type Random } from './random';

export interface Positive {
  readonly name: string;
  /** A text, or structured content. */
  readonly value: unknown;
  /** What must not be in the outcome. */
  readonly secret: string;
}

type Place = (secret: string, random: Random) => unknown;

/** Places of a secret that is known by its own format. */
const PLACES: readonly Place[] = [
  (s) => s,
  (s) => `The key you asked for is ${s}, keep it safe.`,
  (s) => `export SERVICE_CREDENTIAL=${s}\nexport OTHER=1`,
  (s) => JSON.stringify({ settings: { value: s, retries: 3 } }),
  (s) => JSON.stringify({ inner: JSON.stringify({ value: s }) }),
  (s) => `2026-11-21T10:00:00Z WARN upstream refused (${s}) after 3 tries`,
  (s) => `const client = connect('${s.replaceAll('\n', '\\n')}');`,
  (s) => `| name | value |\n|---|---|\n| key | ${s} |`,
  (s) => `curl -H "X-Key: ${s}" https://api.example.com/v1/items`,
  (s) => ({
    rows: [
      { id: 7, note: 'see below' },
      { id: 8, note: s },
    ],
  }),
  (s) => [...s].map((c) => (c === 'a' ? '\\u0061' : c)).join(''),
  (s) => `first line\n${s}\nlast line`,
];

/** Places of a secret that only its name gives away. */
const PASSWORD_PLACES: readonly Place[] = [
  (s) => `DB_PASSWORD=${s}\nDB_HOST=db.internal`,
  (s) => `database:\n  user: app\n  password: "${s}"\n`,
  (s) => JSON.stringify({ user: 'app', password: s }),
  (s) => `Server=db.internal;Database=notes;User Id=app;Password=${s};Encrypt=true`,
  (s) => `<user>app</user><password>${s}</password>`,
  (s) => `PGPASSWORD='${s}' psql -h db.internal -U app`,
  (s) => `login failed for app, password: ${s}`,
  (s) => ({ user: 'app', password: s }),
  (s) => ({ environment: [{ name: 'ADMIN_PASSWORD', value: s }] }),
  (s) => `mysql --user=app --password=${s} notes`,
  (s) => JSON.stringify({ config: JSON.stringify({ dbPassword: s }) }),
  (s) => `const passphrase = '${s}';`,
];
const VALUE_PLACES: readonly Place[] = [
  (s) => `CLIENT_SECRET=${s}`,
  (s) => JSON.stringify({ client_id: 'notes', client_secret: s }),
  (s) => `apiKey: '${s}',\nregion: 'eu-central-1',`,
  (s) => `https://api.example.com/v1/items?limit=10&api_key=${s}`,
  (s) => `x-api-key: ${s}`,
  (s) => ({ access_token: s, token_type: 'opaque', expires_in: 3600 }),
  (s) => ({ name: 'notes', signingKey: s }),
  (s) => `auth_token = "${s}"`,
  (s) => ({ ARN: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:a', SecretString: s }),
  (s) => `refreshToken=${s}; path=/`,
  (s) => ({ Parameters: [{ Name: 'JWT_SECRET', Value: s }] }),
  (s) => `secret_key: ${s}`,
  (s) => `DEPLOY_TOKEN=${s}`,
  (s) => `?token=${s}&limit=10`,
];

const URL_SCHEMES = ['postgres', 'mysql', 'mongodb+srv', 'redis', 'amqps', 'https', 'ftp'];

/** Every class, at least `each` times every format. */
export function positives(random: Random, each: number): Positive[] {
  const result: Positive[] = [];
  const turns = Array.from({ length: each }, (_, index) => index);
  for (const { name, make } of FORMATS) {
    for (const turn of turns) {
      const secret = make(random);
      result.push({ name, secret, value: (PLACES[turn % PLACES.length] as Place)(secret, random) });
    }
  }
  for (const turn of turns.flatMap((turn) => [turn, turn, turn, turn, turn])) {
    const add = (name: string, places: readonly Place[], secret: string) =>
      result.push({ name, secret, value: (places[turn % places.length] as Place)(secret, random) });
    add('password', PASSWORD_PLACES, password(random));
    add('secret_value', VALUE_PLACES, randomValue(random));
    add(
      'bearer',
      [(s) => `Authorization: Bearer ${s}`, (s) => `curl -H 'authorization: bearer ${s}' /`],
      bearer(random),
    );
    const basic = Buffer.from(`app:${password(random)}`).toString('base64');
    add('basic_auth', [(s) => `Authorization: Basic ${s}`, (s) => `"authorization": "Basic ${s}"`], basic);
    const scheme = random.pick(URL_SCHEMES);
    const inUrl = encodeURIComponent(password(random));
    add('url_password', [(s) => `connecting to ${scheme}://app:${s}@db.internal:5432/notes`], inUrl);
  }
  for (const turn of turns) {
    const aws = random.text(40, BASE64);
    const places: readonly Place[] = [
      (s) => `aws_secret_access_key = ${s}`,
      (s) => ({ Credentials: { AccessKeyId: 'withheld', SecretAccessKey: s } }),
      (s) => `"AWS_SECRET_ACCESS_KEY": "${s}"`,
    ];
    result.push({ name: 'secret_value', secret: aws, value: (places[turn % 3] as Place)(aws, random) });
    const storage = `${random.text(86, BASE64)}==`;
    const connection = `DefaultEndpointsProtocol=https;AccountName=notes;AccountKey=${storage};EndpointSuffix=core.windows.net`;
    result.push({ name: 'secret_value', secret: storage, value: connection });
    const signature = `${random.text(43, ALNUM)}%3D`;
    const link = `https://notes.blob.core.windows.net/a/b.txt?sv=2024-11-04&se=2026-12-01&sr=b&sp=r&sig=${signature}`;
    result.push({ name: 'azure_key', secret: signature, value: link });
  }
  return result;
}

function bearer(random: Random): string {
  return random.below(2) === 0 ? random.text(40, ALNUM) : random.bytes(32).toString('base64url');
}
