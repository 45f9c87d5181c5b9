/**
 * Both stacks of a server in two regions, each on a platform of its own as it was synthesised, behind one address that
 * leads to either, as Route 53 would. Their tables are replicas of each other. The user pool stands apart, to be switched
 * off by itself: a replicated one is there when a region is not, one of the primary region goes with it.
 */
import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readApis } from '../../../local/deployment/apis';
import { readContainers } from '../../../local/deployment/containers/containers';
import type { Deployment } from '../../../local/deployment/deployment';
import { type Endpoint, planEndpoints } from '../../../local/deployment/endpoints';
import { readFunctions } from '../../../local/deployment/functions';
import { readPermissions } from '../../../local/deployment/permissions';
import { readPools } from '../../../local/deployment/pools';
import { readSecrets } from '../../../local/deployment/secrets';
import { readTables } from '../../../local/deployment/tables';
import { describeStack } from '../../../local/describe-stack';
import { LogBook } from '../../../local/log-book';
import { keyFolder, type Platform, startPlatform } from '../../../local/platform';
import type { StackFile } from '../../../local/stack-file';
import { synthesise } from '../../../local/synthesise';
import { readAssembly, type StackArtifact } from '../../../local/template/assembly';
import type { OriginRow } from '../../../local/template/origins';
import { linkStacks, type Stack } from '../../../local/template/stack';
import { type ReplicatedTables, startReplicatedTables } from '../../support/replicated-tables';
import { freePort, ROOT, temporaryFolder } from '../../support/stack';
import { type RegionProbe, regionProbe } from './region-probe';

export interface RunningRegions {
  readonly stack: StackFile;
  readonly tables: ReplicatedTables;
  readonly regions: readonly [string, string];
  /** Sends callers to this region from now on. */
  leadTo(region: string): Promise<void>;
  /** The region is gone: its API, its functions, its tables. */
  switchOff(region: string): Promise<void>;
  /** The user pool is gone: its keys, its token endpoint, its login page. */
  switchOffPool(): Promise<void>;
  /** The probe of a region, which has not looked yet. */
  probeOf(region: string): RegionProbe;
  stop(): Promise<void>;
}

export async function startRegions(port: number, app: string): Promise<RunningRegions> {
  const dir = temporaryFolder();
  await synthesise({ cwd: ROOT, outdir: join(dir, 'cdk.out'), app });
  const artifacts = readAssembly(join(dir, 'cdk.out')).stacks;
  const [primary, second] = linkStacks(withFacts(artifacts)) as [Stack, Stack];
  const stacks = [primary, second] as const;
  for (const stack of stacks) stack.check();
  const regions = [primary.artifact.region, second.artifact.region] as const;
  const [front, first, other] = [await freePort(port), await freePort(port + 10), await freePort(port + 20)];
  const tables = await startReplicatedTables(regions, readTables(stacks));

  const shared = (endpoint: Endpoint) =>
    endpoint.kind === 'custom-domain'
      ? { ...endpoint, local: `http://localhost:${front}`, publicPort: front }
      : endpoint;
  const endpoints = [planEndpoints([primary], first).map(shared), planEndpoints([second], other).map(shared)] as const;
  const origins: OriginRow[] = [
    ...endpoints.flat(),
    ...regions.map((region) => ({
      deployed: `https://dynamodb.${region}.amazonaws.com`,
      local: tables.endpointOf(region),
    })),
  ];
  const secrets = readSecrets([primary], origins);
  const ofPool = (endpoint: Endpoint) => ['cognito-idp', 'managed-login'].includes(endpoint.kind);
  const nothing = {
    apis: [],
    restApis: [],
    functions: [],
    containers: readContainers([], origins),
    permissions: [],
    tables: [],
    pools: [],
    secrets: [],
    notes: [],
    origins,
  };
  const pool: Deployment = {
    ...nothing,
    region: regions[0],
    endpoints: endpoints[0].filter(ofPool),
    pools: readPools([primary], origins, endpoints[0]),
  };
  const deployments = stacks.map((stack, index): Deployment => {
    const region = regions[index] as string;
    const apis = readApis([stack], origins);
    const called = new Set(apis.flatMap(({ routes }) => routes.map(({ functionArn }) => functionArn)));
    return {
      ...nothing,
      region,
      endpoints: (endpoints[index] ?? []).filter((endpoint) => !ofPool(endpoint)),
      apis,
      functions: readFunctions([stack], origins, (arn) => called.has(arn)).map((spec) => ({
        ...spec,
        variables: { ...spec.variables, AWS_ENDPOINT_URL_DYNAMODB: tables.endpointOf(region) },
      })),
      permissions: readPermissions([stack]),
      secrets: secrets.map((secret) => ({ ...secret, arn: secret.arn.replace(regions[0], region) })),
    };
  });

  const logs = new LogBook(join(dir, 'logs'));
  const keyDir = keyFolder(dir);
  const running = new Map<string, Platform>();
  running.set('pool', await startPlatform(pool, logs, keyDir));
  for (const deployment of deployments) {
    running.set(deployment.region, await startPlatform(deployment, logs, keyDir));
  }
  const portOf = (region: string) =>
    endpoints[regions.indexOf(region)]?.find(({ kind }) => kind === 'custom-domain')?.port as number;
  const address = await startAddress(front, portOf(regions[0]));

  const closed = async (name: string) => {
    await running.get(name)?.close();
    running.delete(name);
  };
  const merged = { ...(deployments[0] as Deployment), pools: pool.pools, endpoints: [...endpoints[0]] };
  const places = { logs: logs.dir, auditLog: logs.auditLog, keyDir };
  const described = describeStack(merged, places);
  return {
    stack: described,
    tables,
    regions,
    leadTo: (region) => address.leadTo(portOf(region)),
    async switchOff(region) {
      tables.setAway(region, true);
      await closed(region);
    },
    switchOffPool: () => closed('pool'),
    probeOf(region) {
      const secret = described.machineClients['region-probe']?.clientSecret ?? '';
      const address = `127.0.0.1:${portOf(region)}`;
      return regionProbe(region === regions[0] ? primary : second, origins, { address, secret });
    },
    async stop() {
      address.close();
      for (const platform of [...running.values()].reverse()) await platform.close();
      await tables.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What CloudFormation does with references to a replicated secret: its value stands in their place. */
function withFacts(artifacts: readonly StackArtifact[]): StackArtifact[] {
  const sorted = [...artifacts].sort((a, b) => Number(isSecond(a)) - Number(isSecond(b)));
  const [primary] = linkStacks(sorted.slice(0, 1)) as [Stack];
  const values = new Map(
    primary
      .resources('AWS::SecretsManager::Secret')
      .map(({ logicalId }) => [
        primary.property(logicalId, 'Name') as string,
        primary.property(logicalId, 'SecretString') as string,
      ]),
  );
  return sorted.map((artifact) => {
    const text = JSON.stringify(artifact.template);
    const resolved = text.replaceAll(
      /\{\{resolve:secretsmanager:([\w-]+):SecretString:([\w-]+)::\}\}/g,
      (_all, name: string, field: string) => JSON.parse(values.get(name) as string)[field],
    );
    return { ...artifact, template: JSON.parse(resolved) };
  });
}

function isSecond({ template }: StackArtifact): boolean {
  return JSON.stringify(template).includes('{{resolve:secretsmanager:');
}

/** The one address: whoever connects anew is led to where it leads now. */
async function startAddress(port: number, initial: number) {
  let target = initial;
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    const outgoing = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const hangUp = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    /** Resolves when clients have noticed that their connections are gone. */
    async leadTo(next: number) {
      target = next;
      hangUp();
      await sleep(50);
    },
    close() {
      server.close();
      hangUp();
    },
  };
}
