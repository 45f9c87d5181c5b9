/**
 * Cold starts of the broker under Lambda's own runtime client: a process of its own for every measurement, from its
 * start to the first answer. The variant without the AWS SDK in the bundle finds it where Lambda's runtime has it,
 * unbundled in a folder of modules.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { build } from 'esbuild';
import { BrokerVariable, CONTRACT_VERSION } from '../lib/private/contract';
import type { FunctionSpec } from '../local/deployment/functions';
import { FunctionHost } from '../local/functions/function-host';

const root = resolve(__dirname, '..');
const ROUNDS = 7;

export interface ColdStart {
  readonly bundle: string;
  readonly first: string;
  /** Median of process start, loading and first answer, in milliseconds. */
  readonly ms: number;
}

const ENVIRONMENT = {
  [BrokerVariable.contract]: CONTRACT_VERSION,
  [BrokerVariable.server]: 'bench',
  [BrokerVariable.resource]: 'https://mcp.example.com/mcp',
  [BrokerVariable.resourceName]: 'Bench',
  [BrokerVariable.issuer]: 'https://mcp.example.com',
  [BrokerVariable.scopePrefix]: 'https://mcp.example.com/mcp/',
  [BrokerVariable.scopes]: '{"bench:call":"Call the bench"}',
  [BrokerVariable.initialScopes]: 'bench:call',
  [BrokerVariable.tokenIssuer]: 'https://issuer.example.com',
  [BrokerVariable.jwksUri]: 'https://issuer.example.com/jwks.json',
  [BrokerVariable.upstreamClient]: 'upstream',
  [BrokerVariable.upstreamSecret]: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:bench',
  [BrokerVariable.upstreamAuthorize]: 'https://login.example.com/oauth2/authorize',
  [BrokerVariable.upstreamToken]: 'https://login.example.com/oauth2/token',
  [BrokerVariable.upstreamRevoke]: 'https://login.example.com/oauth2/revoke',
  [BrokerVariable.table]: 'grants',
  [BrokerVariable.grantSeconds]: '2592000',
  [BrokerVariable.clients]:
    '{"preRegistered":[{"id":"bench","name":"Bench","redirectUris":["https://client.example/cb"]}]}',
};

const REQUESTS = {
  metadata: { method: 'GET', path: '/.well-known/oauth-authorization-server', query: '' },
  'consent page': {
    method: 'GET',
    path: '/oauth2/authorize',
    query: new URLSearchParams({
      response_type: 'code',
      client_id: 'bench',
      redirect_uri: 'https://client.example/cb',
      code_challenge: 'a'.repeat(43),
      code_challenge_method: 'S256',
    }).toString(),
  },
};

export async function brokerColdStarts(folder: string): Promise<ColdStart[]> {
  const bundles = {
    'as shipped, AWS SDK bundled': join(root, 'assets/broker'),
    'AWS SDK of the runtime': await withoutSdk(join(folder, 'broker-external')),
  };
  const times = new Map<string, number[]>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [bundle, codeDir] of Object.entries(bundles)) {
      for (const first of Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]) {
        const key = JSON.stringify({ bundle, first });
        times.set(key, [...(times.get(key) ?? []), await coldCall(codeDir, first)]);
      }
    }
  }
  return [...times].map(([key, values]) => ({ ...JSON.parse(key), ms: values.sort((a, b) => a - b)[ROUNDS >> 1] }));
}

async function withoutSdk(outdir: string): Promise<string> {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { index: 'lambda/broker/handler.ts' },
    outdir,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    external: ['@aws-sdk/*'],
    logLevel: 'warning',
  });
  return outdir;
}

async function coldCall(codeDir: string, first: keyof typeof REQUESTS): Promise<number> {
  const { method, path, query } = REQUESTS[first];
  const spec: FunctionSpec = {
    logicalId: 'Broker',
    name: 'bench-broker',
    arn: 'arn:aws:lambda:eu-central-1:111122223333:function:bench-broker',
    region: 'eu-central-1',
    runtime: 'nodejs24.x',
    handler: 'index.handler',
    codeDir,
    memoryMb: 512,
    timeoutMs: 10_000,
    variables: ENVIRONMENT,
    logGroup: '/aws/lambda/bench',
    logFormat: 'JSON',
    traced: false,
  };
  const host = new FunctionHost(spec, { serviceEndpoints: {}, log: () => {} });
  const event = {
    version: '2.0',
    rawPath: path,
    rawQueryString: query,
    headers: {},
    requestContext: { requestId: 'bench', http: { method, path, sourceIp: '192.0.2.1' } },
  };
  const started = performance.now();
  const result = await host.invoke(JSON.stringify(event));
  const elapsed = performance.now() - started;
  await host.close();
  if (result.kind !== 'response' || JSON.parse(result.payload.toString()).statusCode !== 200) {
    throw new Error(`the broker did not answer ${first}: ${JSON.stringify(result).slice(0, 300)}`);
  }
  return elapsed;
}
