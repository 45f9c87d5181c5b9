/** The role of a container: where its credentials are asked for, how often, and what is done without them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsCaller } from '../../../lambda/guard/aws';
import { containerCredentials } from '../../../lambda/guard/container-credentials';

const HOUR = 3_600_000;

function agent(lifetimes: readonly (number | 'down')[]) {
  const asked: { url: string; authorization: string | null }[] = [];
  const fetcher = (async (input, init) => {
    const lifetime = lifetimes[Math.min(asked.length, lifetimes.length - 1)];
    asked.push({ url: String(input), authorization: new Headers(init?.headers).get('authorization') });
    if (lifetime === 'down' || lifetime === undefined) throw new TypeError('fetch failed');
    return Response.json({
      AccessKeyId: `key-${asked.length}`,
      SecretAccessKey: 'secret',
      Token: 'token',
      Expiration: new Date(lifetime).toISOString(),
    });
  }) as typeof fetch;
  return { asked, fetcher };
}

const RELATIVE = { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/credentials/1' };

test('O1 credentials of a task are asked for once, kept, and asked for again before they end', async () => {
  let now = 0;
  const { asked, fetcher } = agent([HOUR, 2 * HOUR]);
  const provide = containerCredentials(RELATIVE, fetcher, () => now);
  const [one, two] = await Promise.all([provide(), provide()]);
  expect(one).toBe(two);
  expect(asked).toEqual([{ url: 'http://169.254.170.2/v2/credentials/1', authorization: null }]);
  now = HOUR - 5 * 60_000 - 1;
  expect(provide()).toBe(one);
  now += 2;
  expect(await provide()).toMatchObject({ accessKeyId: 'key-2', sessionToken: 'token' });
});

test('O1 credentials that still hold do while the agent does not answer, and no longer', async () => {
  let now = 0;
  const { fetcher } = agent([HOUR, 'down']);
  const provide = containerCredentials(RELATIVE, fetcher, () => now);
  await provide();
  now = HOUR - 1_000;
  expect(await provide()).toMatchObject({ accessKeyId: 'key-1' });
  now = HOUR + 1;
  await expect(async () => provide()).rejects.toThrow('fetch failed');
});

test('O1 the agent is shown its token, read anew from its file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
  const file = join(folder, 'token');
  writeFileSync(file, 'first\n');
  const { asked, fetcher } = agent([0]);
  const environment = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: 'unused',
  };
  const provide = containerCredentials(environment, fetcher);
  await provide();
  writeFileSync(file, 'second');
  await provide();
  rmSync(folder, { recursive: true });
  expect(asked.map(({ authorization }) => authorization)).toEqual(['first', 'second']);
});

test.each([
  ['http elsewhere', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://10.0.0.1/credentials' }],
  ['another scheme', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'file:///etc/passwd' }],
  ['another port of the agent', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: ':81/v2' }],
  ['a path that is none', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '@evil.example/' }],
])('O1 credentials are not asked for over %s', (_what, environment) => {
  expect(() => containerCredentials(environment)).toThrow('must not be asked for');
});

test.each(['https://agent.example/credentials', 'http://169.254.170.23/v1/credentials', 'http://[::1]:80/x'])(
  'O1 credentials are asked for at %s',
  (url) => {
    expect(() => containerCredentials({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url })).not.toThrow();
  },
);

test('O1 calls to AWS are signed with the credentials of the environment, or of the task', async () => {
  const signed: string[] = [];
  const fetcher = (async (input: Request) => {
    signed.push(String(input.headers.get('authorization')));
    return Response.json({});
  }) as typeof fetch;
  const call = { service: 'dynamodb', headers: {}, body: '{}' };
  const keys = { AWS_ACCESS_KEY_ID: 'env-key', AWS_SECRET_ACCESS_KEY: 'x' };
  await awsCaller({ ...keys, ...RELATIVE }, fetcher)(call);
  const { fetcher: ask } = agent([Date.now() + HOUR]);
  const real = globalThis.fetch;
  globalThis.fetch = ask;
  try {
    await awsCaller(RELATIVE, fetcher)(call);
  } finally {
    globalThis.fetch = real;
  }
  expect(signed[0]).toContain('Credential=env-key/');
  expect(signed[1]).toContain('Credential=key-1/');
});
