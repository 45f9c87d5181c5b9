/** The fetcher as a bundle, in a process of its own: how the preload leads it, and that nothing else can. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { type CimdServer, startCimdServer } from '../../../support/cimd-server';

const source = join(__dirname, '../../../../lambda/broker/clients/document-fetch.ts');
const directory = mkdtempSync(join(tmpdir(), 'cimd-bundle-'));
const outfile = join(directory, 'fetch.mjs');
let server: CimdServer;
let text: string;
let clientId: string;

beforeAll(async () => {
  server = await startCimdServer('client.example.org');
  clientId = server.publish('/client.json', { client_name: 'Example' });
  const options = { bundle: true, format: 'esm', platform: 'node', target: 'node20', outfile } as const;
  await build({ ...options, entryPoints: [source] });
  const result = await build({ ...options, entryPoints: [source], write: false, minify: true });
  text = result.outputFiles[0]!.text;
});

afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

/** `NODE_OPTIONS` of the test run itself must not reach the process. */
async function fetchIn(environment: Record<string, string>, address = clientId): Promise<unknown> {
  const script = `import(${JSON.stringify(outfile)}).then(async ({ fetchDocument }) =>
    console.log(JSON.stringify(await fetchDocument(${JSON.stringify(address)}))))`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    env: { PATH: process.env.PATH, ...environment },
  });
  return JSON.parse(stdout);
}

test('A8 with the preload, the bundle reaches the one host that it names', async () => {
  expect(await fetchIn(server.environment)).toMatchObject({ ok: true, body: { client_id: clientId } });
});

test('A8 with the preload but without its authority, the certificate is refused, whatever the environment says', async () => {
  const { NODE_EXTRA_CA_CERTS: _authority, ...rest } = server.environment;
  expect(await fetchIn({ ...rest, NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({
    ok: false,
    problem: 'not_reachable',
  });
});

test('A8 with the preload, other names are checked as ever', async () => {
  expect(await fetchIn(server.environment, `https://localhost:${server.port}/client.json`)).toMatchObject({
    ok: false,
    problem: 'not_public',
  });
});

test('A8 the bundle reads no environment: there is no switch that weakens the checks', () => {
  expect(text).toContain('169,254');
  expect(text).not.toMatch(/(?<!\.)\bprocess\b|\benv\b|\bargv\b/);
});
