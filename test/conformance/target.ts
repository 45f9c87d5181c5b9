/** The two ways in which the fixture server runs: as the deployed function behind its API, and as a streaming process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { lambdaEnvironment } from '../../local/functions/environment';
import { type StackHere, startHere } from '../e2e/support/in-process';
import { type DescribedStack, freePort, ROOT } from '../support/stack';

const APP = 'npx tsx test/conformance/fixtures/app.ts';
const PORT = 5200;
const STREAMING_PORT = 5250;

export type Transport = 'HTTP API' | 'streaming';
export const TRANSPORTS: readonly Transport[] = ['HTTP API', 'streaming'];

/** A fixture that is up, in both ways. */
export interface Fixture extends StackHere {
  /** Origin of the server, by how it is reached; the path is that of the resource. */
  readonly origins: Readonly<Record<Transport, string>>;
}

export async function startFixture(): Promise<Fixture> {
  const here = await startHere({ port: PORT, app: APP });
  try {
    const streaming = await startStreaming(here);
    const stop = async () => {
      await streaming.stop();
      await here.stop();
    };
    return { ...here, origins: { 'HTTP API': new URL(here.stack.mcpUrl).origin, streaming: streaming.origin }, stop };
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
async function startStreaming({ stack, deployment }: StackHere) {
  const spec = deployment.functions.find(({ variables }) => variables.MCP_POLICY !== undefined);
  if (spec === undefined) throw new Error('the stack has no function with a guard');
  const port = await freePort(STREAMING_PORT);
  const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, 'fixtures/listen.ts'), String(port)], {
    cwd: ROOT,
    env: lambdaEnvironment(spec, {
      runtimeApi: '',
      logStream: '',
      serviceEndpoints: stack.tablesEndpoint === undefined ? {} : { DYNAMODB: stack.tablesEndpoint },
      path: process.env.PATH ?? '',
    }),
    stdio: 'pipe',
  });
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
    void exit.then(() => reject(new Error(`the streaming server did not start:\n${output}`)));
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
