/**
 * The ways in which the fixture server runs: as the deployed function behind its API, as a streaming process, and as a
 * foreign program that knows no guard, with the guard's container in front of it and without.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SidecarVariable } from '../../lib/private/contract';
import { lambdaEnvironment } from '../../local/functions/environment';
import { type StackHere, startHere } from '../e2e/support/in-process';
import { type DescribedStack, freePort, ROOT } from '../support/stack';

const APP = 'npx tsx test/conformance/fixtures/app.ts';
const PORT = 5200;
const STREAMING_PORT = 5250;
const FOREIGN_PORT = 5270;

export type Transport = 'HTTP API' | 'streaming';
export const TRANSPORTS: readonly Transport[] = ['HTTP API', 'streaming'];

/** The first without any guard, so that the second shows what the guard changes. */
export type Foreign = 'unguarded' | 'sidecar';
export const FOREIGN: readonly Foreign[] = ['unguarded', 'sidecar'];

/** A fixture that is up, in both ways. */
export interface Fixture extends StackHere {
  /** Origin of the server, by how it is reached; the path is that of the resource. */
  readonly origins: Readonly<Record<Transport | Foreign, string>>;
}

export async function startFixture(): Promise<Fixture> {
  const here = await startHere({ port: PORT, app: APP });
  try {
    const streaming = await startStreaming(here);
    const foreign = await startForeign(here);
    const stop = async () => {
      await streaming.stop();
      await foreign.stop();
      await here.stop();
    };
    const { unguarded, sidecar } = foreign;
    const origins = { 'HTTP API': new URL(here.stack.mcpUrl).origin, streaming: streaming.origin, unguarded, sidecar };
    return { ...here, origins, stop };
  } catch (error) {
    await here.stop();
    throw error;
  }
}

/** A token of the fixture's machine client, as it gets one itself. */
export async function machineToken({ tokenEndpoint, machineClients }: DescribedStack): Promise<string> {
  const { clientId = '', clientSecret = '', scopes = [] } = machineClients.suite ?? {};
  const response = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: scopes.join(' '),
    }),
  });
  const { access_token: token } = (await response.json()) as { access_token?: string };
  if (token === undefined) throw new Error(`the token endpoint answered ${response.status}`);
  return token;
}

/** The same server with the environment of the function, in a process that listens. */
async function startStreaming(here: StackHere) {
  const port = await freePort(STREAMING_PORT);
  const program = join(__dirname, 'fixtures/listen.ts');
  return { origin: `http://127.0.0.1:${port}`, stop: await startProgram(program, [String(port)], environmentOf(here)) };
}

/** The same server as a program of its own, and what the constructs put in front of one. */
async function startForeign(here: StackHere) {
  const port = await freePort(FOREIGN_PORT);
  const guardPort = port + 1;
  const unguarded = `http://127.0.0.1:${port}`;
  const path = process.env.PATH ?? '';
  const resource = new URL(here.stack.resource);
  const stopForeign = await startProgram(join(__dirname, 'fixtures/foreign.ts'), [String(port), resource.host], {
    PATH: path,
  });
  const stopGuard = await startProgram(join(__dirname, 'fixtures/sidecar.ts'), [], {
    ...environmentOf(here),
    [SidecarVariable.upstream]: `${unguarded}${resource.pathname}`,
    [SidecarVariable.port]: String(guardPort),
    [SidecarVariable.streams]: 'true',
  });
  const stop = async () => {
    await stopGuard();
    await stopForeign();
  };
  return { unguarded, sidecar: `http://127.0.0.1:${guardPort}`, stop };
}

function environmentOf({ stack, deployment }: StackHere): Record<string, string> {
  const spec = deployment.functions.find(({ variables }) => variables.MCP_POLICY !== undefined);
  if (spec === undefined) throw new Error('the stack has no function with a guard');
  return lambdaEnvironment(spec, {
    runtimeApi: '',
    logStream: '',
    serviceEndpoints: stack.tablesEndpoint === undefined ? {} : { DYNAMODB: stack.tablesEndpoint },
    path: process.env.PATH ?? '',
  });
}

/** @returns how to end it. */
async function startProgram(program: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { cwd: ROOT, env, stdio: 'pipe' });
  const exit = once(child, 'close');
  let output = '';
  await new Promise<void>((up, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        // What comes later is the audit, which nobody reads here.
        if (output.length < 10_000) output += text;
        if (output.includes('LISTENING')) up();
      });
    }
    void exit.then(() => reject(new Error(`${program} did not start:\n${output}`)));
  });
  return async () => {
    child.kill('SIGKILL');
    await exit;
  };
}
