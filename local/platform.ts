import { join } from 'node:path';
import type { Deployment } from './deployment/deployment';
import { FunctionHost } from './functions/function-host';
import type { Preload } from './functions/preload';
import { Gateway } from './gateway/gateway';
import { guardrailEndpoint } from './guardrails';
import { startIdentity } from './identity/identity';
import type { LogBook } from './log-book';
import { listenOnLoopback, portFailure } from './loopback';
import { startSecrets } from './secrets';
import { startTables } from './tables';

/** A running deployment. */
export interface Platform {
  readonly tablesEndpoint?: string;
  /** Ends everything that was started; nothing stays behind. */
  close(): Promise<void>;
}

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
      ...guardrailEndpoint(deployment.functions),
    };
    const functions = new Map(
      deployment.functions.map((spec) => {
        const host = new FunctionHost(spec, {
          serviceEndpoints,
          preload,
          log: (line) => logs.write(spec.logicalId, line),
        });
        return [spec.arn, started(host)];
      }),
    );
    for (const api of deployment.apis) {
      const gateway = await Gateway.create(api, {
        functions,
        permissions: deployment.permissions,
        accessLog: (line) => logs.write(api.stage.logicalId, line),
      });
      for (const { port, disabled } of deployment.endpoints.filter((one) => one.target === api.id)) {
        started(
          await listenOnLoopback(
            port,
            (incoming, outgoing) => {
              gateway.handle(port, disabled ?? false, incoming, outgoing).catch((error) => {
                logs.write('platform', String(error));
                outgoing.destroy();
              });
            },
            { maxHeaderSize: HEADER_BYTES },
          ),
        );
      }
    }
    return { tablesEndpoint: tables?.endpoint, close };
  } catch (error) {
    await close();
    throw error;
  }
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
