import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '../../local/options';
import { type RunningStack, start } from '../../local/start';
import { changed, withResource, writeAssembly } from './fixtures/assembly';
import { SMALL_STACK, SMALL_TEMPLATE } from './fixtures/small-stack';

const dir = mkdtempSync(join(tmpdir(), 'services-'));
let running: RunningStack | undefined;

afterEach(async () => {
  await running?.close();
  running = undefined;
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** The small stack with a secret, its function saying what it knows of services. */
async function run(port: number, ...options: string[]): Promise<RunningStack> {
  const secret = { Type: 'AWS::SecretsManager::Secret', Properties: { SecretString: 'p4ssw0rd' } };
  const template = changed(withResource(SMALL_TEMPLATE, 'Secret', secret), 'Server', {
    Environment: { Variables: { SECRET_ARN: { Ref: 'Secret' } } },
  });
  const source = `export const handler = async () => {
    const response = await fetch(process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER, {
      method: 'POST',
      headers: {
        'x-amz-target': 'secretsmanager.GetSecretValue',
        authorization: 'AWS4-HMAC-SHA256 Credential=K/20260101/' + process.env.AWS_REGION
          + '/secretsmanager/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: JSON.stringify({ SecretId: process.env.SECRET_ARN }),
    });
    return { tables: process.env.AWS_ENDPOINT_URL_DYNAMODB, secret: (await response.json()).SecretString };
  };`;
  const assembly = writeAssembly([{ ...SMALL_STACK, template, bundles: { server: { 'index.mjs': source } } }]);
  const app = `cp -r ${assembly}/. "$CDK_OUTDIR"`;
  return start(parseOptions(['--port', String(port), '--app', app, '--dir', dir, ...options]), () => {});
}

test('a function finds table store and secrets by its environment', async () => {
  running = await run(4110);
  const answer = await fetch('http://localhost:4110/public');
  expect(await answer.json()).toEqual({ tables: running.stack.tablesEndpoint, secret: 'p4ssw0rd' });
});

test('fails when an endpoint is asked for and the app has another', async () => {
  await expect(run(4117, '--endpoint', 'rest')).rejects.toThrow('--endpoint rest changed nothing: the app must choose');
});

test('fails when --dynamic is asked for and the app does not look at it', async () => {
  await expect(run(4115, '--dynamic')).rejects.toThrow('--dynamic changed nothing: the app must add');
  await expect(fetch('http://localhost:4115/public')).rejects.toThrow('fetch failed');
});

test('fails when --hosting is asked for and the app does not look at it', async () => {
  await expect(run(4118, '--hosting', 'fargate')).rejects.toThrow('no service runs here with this --hosting');
  await expect(fetch('http://localhost:4118/public')).rejects.toThrow('fetch failed');
});
