import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../bin/cli/run';
import { grant, refresh, startBroker, type TestBroker } from '../support/broker';

let at: TestBroker;
let folder: string;
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  at = await startBroker();
  folder = mkdtempSync(join(tmpdir(), 'grants-'));
  const stack = {
    grantsTable: at.config.table,
    tablesEndpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB,
    region: 'eu-central-1',
  };
  writeFileSync(join(folder, 'stack.json'), JSON.stringify(stack));
});
afterAll(async () => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
  await at.stop();
});

async function cli(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run(args, '1.2.3', { out: (text) => out.push(text), error: (text) => error.push(text) });
  return { code, out: out.join('\n'), error: error.join('\n') };
}

test('A11 lists grants and ends one of them, by its id or by its user', async () => {
  at.provider.user = 'ada';
  const first = await grant(at);
  at.provider.user = 'ben';
  const second = await grant(at);
  const file = join(folder, 'grants.json');
  const { out } = await cli('grants', 'list', '--local', folder, '--json', file);
  expect(out).toMatch(/ada +pre-registered +notes:read .* alive/);
  const { grants } = JSON.parse(readFileSync(file, 'utf8')) as { grants: { id: string; user: string }[] };
  const id = grants.find(({ user }) => user === 'ada')?.id ?? '';

  expect(await cli('grants', 'revoke', id, '--local', folder)).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 ended'),
  });
  expect((await refresh(at, first.tokens.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  expect((await refresh(at, second.tokens.json.refresh_token ?? '')).status).toBe(200);
  expect((await cli('grants', 'list', '--local', folder, '--user', 'ada')).out).toContain('ended');

  expect((await cli('grants', 'revoke', '--user', 'ben', '--local', folder)).code).toBe(0);
  const third = await grant(at);
  expect(third.tokens.status).toBe(200);
});

test('says which ids are unknown, and writes nothing for them', async () => {
  const before = await at.stolenTable();
  expect(await cli('grants', 'revoke', 'nobody', '--local', folder)).toMatchObject({
    code: 1,
    error: expect.stringContaining("no grant 'nobody'"),
  });
  expect(await at.stolenTable()).toBe(before);
});

test.each([
  [['grants', 'list'], 2, /name one table/],
  [['grants', 'list', '--local', 'x', '--table', 'y'], 2, /name one table/],
  [['grants', 'revoke', '--local', 'x'], 2, /nothing was revoked/],
  [['grants', 'revoke', 'id', '--user', 'ada', '--local', 'x'], 2, /nothing was revoked/],
  [['grants', 'forget', '--local', 'x'], 2, /use `cdk-mcp grants list`/],
  [['grants', 'list', '--local', '/nowhere'], 1, /npm start/],
])('refuses %j', async (args, code, message) => {
  expect(await cli(...(args as string[]))).toMatchObject({
    code,
    out: '',
    error: expect.stringMatching(message as RegExp),
  });
});

test('A10 a client secret comes with the hash that its registration takes', async () => {
  const { createHash } = await import('node:crypto');
  const { out } = await cli('client-secret');
  const [, secret = '', hash] = /secret +(\S+)\nsecretHash +(\S+)/.exec(out) ?? [];
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(createHash('sha256').update(secret).digest('hex')).toBe(hash);
  expect((await cli('client-secret')).out).not.toBe(out);
});
