/** The two processes of a task, as they are on Fargate: an app on loopback, and the guard's bundle in front of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CONTRACT_VERSION, GuardVariable, SidecarVariable } from '../../lib/private/contract';
import { CONFIG, type Keys } from './guard';
import { closed } from './sidecar';
import { freePort, ROOT } from './stack';
import { until } from './until';

const APP = join(ROOT, 'test/lambda/sidecar/fixtures/app.mjs');
const GUARD = join(ROOT, 'assets/guard/index.mjs');

export interface Running {
  readonly child: ChildProcess;
  /** What it wrote so far. */
  output(): string;
  /** The code it ended with; null: by a signal. */
  readonly exit: Promise<number | null>;
}

export interface Task {
  readonly url: string;
  readonly health: string;
  readonly app: { current: Running };
  readonly guard: Running;
  /** The environment of the guard. */
  readonly environment: NodeJS.ProcessEnv;
  startApp(): Promise<void>;
  stop(): Promise<void>;
}

let port = 19_400 + (Number(process.env.JEST_WORKER_ID ?? 1) % 20) * 20;

export async function startTask(
  keys: Keys,
  { drainSeconds = 3, more = {} }: { drainSeconds?: number; more?: NodeJS.ProcessEnv } = {},
): Promise<Task> {
  const jwks = await startJwks(keys);
  port = (await freePort(port)) + 1;
  const appPort = port - 1;
  port = (await freePort(port)) + 1;
  const guardPort = port - 1;
  const environment = {
    PATH: process.env.PATH,
    [GuardVariable.contract]: CONTRACT_VERSION,
    [GuardVariable.server]: CONFIG.server,
    [GuardVariable.resource]: CONFIG.resource,
    [GuardVariable.resourceMetadata]: CONFIG.resourceMetadata,
    [GuardVariable.tokenIssuer]: CONFIG.tokenIssuer,
    [GuardVariable.jwksUri]: `http://127.0.0.1:${(jwks.address() as AddressInfo).port}/jwks.json`,
    [GuardVariable.scopePrefix]: CONFIG.scopePrefix,
    [GuardVariable.userClients]: CONFIG.userClients.join(),
    [GuardVariable.machineClients]: CONFIG.machineClients.join(),
    [GuardVariable.policy]: JSON.stringify({
      ...CONFIG.policy,
      rateLimits: [{ calls: 100_000, seconds: 60, exact: false }],
    }),
    [GuardVariable.grants]: 'none',
    [GuardVariable.state]: 'none',
    [SidecarVariable.upstream]: `http://127.0.0.1:${appPort}/mcp`,
    [SidecarVariable.port]: String(guardPort),
    [SidecarVariable.drainSeconds]: String(drainSeconds),
    ...more,
  };
  const startApp = () => run(APP, { PATH: process.env.PATH, PORT: String(appPort) }, 'up');
  const app = { current: await startApp() };
  const guard = run(GUARD, environment);
  const health = `http://127.0.0.1:${guardPort}/health`;
  const task: Task = {
    url: `http://127.0.0.1:${guardPort}/mcp`,
    health,
    app,
    guard: await guard,
    environment,
    startApp: async () => {
      app.current = await startApp();
    },
    async stop() {
      for (const { child, exit } of [app.current, task.guard]) {
        child.kill('SIGKILL');
        await exit;
      }
      await closed(jwks);
    },
  };
  await until(async () => (await statusOf(health)) === 200);
  return task;
}

/** Starts a program; resolves when it has written `sign`. */
export async function run(program: string, env: NodeJS.ProcessEnv, sign = '', args: string[] = []): Promise<Running> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  await until(async () => output.includes(sign));
  return { child, output: () => output, exit };
}

/** 0: nobody listens. */
export async function statusOf(url: string): Promise<number> {
  try {
    return (await fetch(url)).status;
  } catch {
    return 0;
  }
}

async function startJwks(keys: Keys): Promise<Server> {
  const server = createServer((_incoming, outgoing) => outgoing.end(JSON.stringify(keys.jwks))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
