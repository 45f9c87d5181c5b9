import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ContainerHost } from './containers/container-host';
import { httpTargetOf } from './containers/http-target';
import type { ApiSpec } from './deployment/apis';
import type { Deployment } from './deployment/deployment';
import type { Endpoint } from './deployment/endpoints';
import type { RestApiSpec } from './deployment/rest-apis';
import { workloadsOf } from './deployment/workloads';
import { FunctionHost } from './functions/function-host';
import type { Preload } from './functions/preload';
import { Gateway } from './gateway/gateway';
import { RestGateway, type RestGatewayParts } from './gateway/rest/rest-gateway';
import { guardrailEndpoint } from './guardrails';
import { startIdentity } from './identity/identity';
import type { LogBook } from './log-book';
import { listenOnLoopback, portFailure } from './loopback';
import { startSecrets } from './secrets';
import { startTables } from './tables';
import { startTraceReceiver } from './traces/receiver';

/** A running deployment. */
export interface Platform {
  readonly tablesEndpoint?: string;
  readonly containers: ContainerHost;
  /** Ends everything that was started; nothing stays behind. */
  close(): Promise<void>;
}

/** Where the collector of a task listens, on the task's own loopback. */
const COLLECTOR = 'http://127.0.0.1:4318';

/** An API's request line and headers together. */
const HEADER_BYTES = 10_240;

/** Starts tables, sign-in, functions and APIs, in the order they need each other. What fails half-way is undone. */
export async function startPlatform(
  deployment: Deployment,
  logs: LogBook,
  keyDir: string,
  preload?: Preload,
): Promise<Platform> {
  const running: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of running.splice(0).reverse()) await part.close();
  };
  const started = <T extends { close(): Promise<void> }>(part: T): T => {
    running.push(part);
    return part;
  };
  try {
    const tables =
      deployment.tables.length > 0 ? started(await startTables(deployment.tables, deployment.region)) : undefined;
    if (deployment.pools.length > 0) started(await startPools(deployment, logs, keyDir));
    const secrets =
      deployment.secrets.length > 0 ? started(await startSecrets(deployment.secrets, deployment.region)) : undefined;
    const serviceEndpoints = {
      ...(tables ? { DYNAMODB: tables.endpoint } : {}),
      ...(secrets ? { SECRETS_MANAGER: secrets.endpoint } : {}),
      ...guardrailEndpoint(workloadsOf(deployment)),
    };
    const traces = started(
      await startTraceReceiver(
        (spans) => logs.writeSpans(spans),
        (what) => logs.write('traces', what),
      ),
    );
    const functions = new Map(
      deployment.functions.map((spec) => {
        const host = new FunctionHost(spec, {
          serviceEndpoints,
          preload,
          daemon: traces.daemon,
          log: (line) => logs.write(spec.logicalId, line),
        });
        return [spec.arn, started(host)];
      }),
    );
    const containers = started(
      await ContainerHost.start(deployment.containers, {
        ...deployment,
        origins: [...deployment.origins, { deployed: COLLECTOR, local: traces.collector }],
        serviceEndpoints,
        preload,
        log: (source, line) => logs.write(source, line),
      }),
    );
    const partsOf = (api: ApiSpec | RestApiSpec) => ({
      functions,
      containers,
      httpTarget: httpTargetOf(containers),
      permissions: deployment.permissions,
      accessLog: (line: string) => logs.write(api.stage.logicalId, line),
    });
    for (const api of [...deployment.apis, ...deployment.restApis]) {
      const handle =
        'routes' in api ? httpApiHandler(await Gateway.create(api, partsOf(api))) : restApiHandler(api, partsOf(api));
      for (const endpoint of deployment.endpoints.filter((one) => one.target === api.id)) {
        started(
          await listenOnLoopback(
            endpoint.port,
            (incoming, outgoing) => {
              handle(endpoint, incoming, outgoing).catch((error) => {
                logs.write('platform', String(error));
                outgoing.destroy();
              });
            },
            { maxHeaderSize: HEADER_BYTES },
          ),
        );
      }
    }
    return { tablesEndpoint: tables?.endpoint, containers, close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Handle = (endpoint: Endpoint, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;

function httpApiHandler(gateway: Gateway): Handle {
  return ({ port, publicPort = port, disabled }, incoming, outgoing) =>
    gateway.handle(publicPort, disabled ?? false, incoming, outgoing);
}

function restApiHandler(api: RestApiSpec, parts: RestGatewayParts): Handle {
  const gateway = new RestGateway(api, parts);
  return (endpoint, incoming, outgoing) => gateway.handle(endpoint, incoming, outgoing);
}

async function startPools(deployment: Deployment, logs: LogBook, keyDir: string) {
  const port = deployment.endpoints.find((one) => one.kind === 'cognito-idp')?.port as number;
  const config = { origin: { port }, pools: deployment.pools, region: deployment.region, keyDir };
  return startIdentity(config, (line) => logs.write('identity', line)).catch((error) => {
    throw portFailure((error as { port?: number }).port ?? port, error);
  });
}

/** Where the pools' keys of a run are. */
export function keyFolder(dir: string): string {
  return join(dir, 'identity');
}
