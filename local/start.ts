import { rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Deployment, readDeployment } from './deployment/deployment';
import { describeStack } from './describe-stack';
import { LocalFailure } from './failure';
import { readPreload } from './functions/preload';
import { LogBook } from './log-book';
import { listenOnLoopback } from './loopback';
import type { LocalOptions } from './options';
import { keyFolder, type Platform, startPlatform } from './platform';
import { describeWithProvider } from './provider';
import { checkRuntimeClient } from './runtime-client';
import { screen } from './screen';
import { removeStackFile, type StackFile, writeStackFile } from './stack-file';
import { synthesise } from './synthesise';
import { readAssembly } from './template/assembly';
import type { ReadSpan } from './traces/otlp';

const NOT_DYNAMIC =
  '--dynamic changed nothing: the app must add ClientRegistration.dynamic() when its context value `dynamic` is true';

const NO_SERVICE =
  'no service runs here with this --hosting: the app must choose McpHosting.fargate when its context value `hosting` says so';

/** A stack that is up: its description, its audit records, its end. */
export interface RunningStack {
  readonly stack: StackFile;
  readonly deployment: Deployment;
  auditLines(): string[];
  /** Each line of the log of a function, stage or service, from now on. */
  onLine(listener: (line: string) => void): void;
  /** The processes of the services' tasks: ids by container, one entry for each task. */
  processes(): Record<string, number>[];
  /** Replaces the tasks of all services one after another, as a deployment does; calls that run are finished. */
  redeploy(): Promise<void>;
  onTrace(listener: (spans: ReadSpan[]) => void): void;
  close(): Promise<void>;
}

/** Synthesise, read, start, describe: the way from an app to a running stack. */
export async function start(
  options: LocalOptions,
  write: (line: string) => void,
  signal?: AbortSignal,
): Promise<RunningStack> {
  checkRuntimeClient();
  const cwd = process.cwd();
  const preload = readPreload(cwd, options.preload, options.preloadEnv);
  const dir = resolve(cwd, options.dir);
  const outdir = join(dir, 'cdk.out');
  const stackFile = join(dir, 'stack.json');
  removeStackFile(stackFile);

  // Said before the wait for the synthesis, not after it.
  await (await listenOnLoopback(options.port, () => {})).close();
  const begun = Date.now();
  write(`Synthesising ${options.app ?? 'the app of cdk.json'} …`);
  const context = {
    ...(options.dynamic ? { dynamic: 'true' } : {}),
    ...(options.hosting ? { hosting: options.hosting } : {}),
    ...(options.endpoint ? { endpoint: options.endpoint } : {}),
  };
  await synthesise({ cwd, outdir, app: options.app, context, signal });
  const assembly = readAssembly(outdir);
  for (const warning of assembly.warnings) write(`warning: ${warning}`);
  write(`Synthesised ${assembly.stacks.map((stack) => stack.stackName).join(', ')} in ${seconds(begun)}`);

  const deployment = readDeployment(assembly, options.port, options.providers);
  if (options.hosting?.startsWith('fargate') && deployment.containers.services.length === 0) {
    throw new LocalFailure(NO_SERVICE);
  }
  requireEndpoint(options.endpoint, deployment);
  write('Starting …');
  const logs = new LogBook(join(dir, 'logs'));
  const keyDir = keyFolder(dir);
  const platform = await startPlatform(deployment, logs, keyDir, preload);
  const close = async () => {
    removeStackFile(stackFile);
    await platform.close();
    rmSync(keyDir, { recursive: true, force: true });
  };
  try {
    const stack = await describe(deployment, platform, logs, keyDir);
    if (options.dynamic && !stack.registrationEndpoint) throw new LocalFailure(NOT_DYNAMIC);
    writeStackFile(stackFile, stack);
    for (const line of screen(deployment, { ...stack, logs: relative(cwd, logs.dir) }, relative(cwd, stackFile)))
      write(line);
    return {
      stack,
      deployment,
      auditLines: () => logs.auditLines(),
      onLine: (listener) => logs.onLine(listener),
      processes: () => platform.containers.services.flatMap((service) => service.processes()),
      redeploy: () => platform.containers.redeploy(),
      onTrace: (listener) => logs.onTrace(listener),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function requireEndpoint(wanted: string | undefined, { apis, restApis }: Deployment): void {
  const found = { http: apis, rest: restApis }[wanted ?? ''];
  if (found?.length === 0) {
    throw new LocalFailure(
      `--endpoint ${wanted} changed nothing: the app must choose its McpEndpoint by the context value \`endpoint\``,
    );
  }
}

async function describe(deployment: Deployment, platform: Platform, logs: LogBook, keyDir: string): Promise<StackFile> {
  const places = { logs: logs.dir, auditLog: logs.auditLog, keyDir, tablesEndpoint: platform.tablesEndpoint };
  return (await describeWithProvider(deployment, places)) ?? describeStack(deployment, places);
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
