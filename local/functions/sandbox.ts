import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { FunctionSpec } from '../deployment/functions';
import { lambdaEnvironment } from './environment';
import { failure, type Invocation, type InvokeResult, PAYLOAD_BYTES, type ResponseStream } from './invocation';
import { type Preload, withPreload } from './preload';
import { RuntimeApi } from './runtime-api';

/** Lambda gives the code outside the handler ten seconds. */
const INIT_MS = 10_000;

export interface SandboxOptions {
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly preload?: Preload;
  /** `host:port` where spans are taken. */
  readonly daemon?: string;
  log(line: string): void;
}

/** One execution environment: a process that serves one invocation after another, never two at a time. */
export class Sandbox {
  private current?: {
    invocation: Invocation;
    settle(result: InvokeResult): void;
    onStream?: (stream: ResponseStream) => void;
    stream?: ResponseStream;
    timer?: NodeJS.Timeout;
  };
  private initError?: InvokeResult;
  private loaded = false;
  private readonly exited: Promise<void>;
  alive = true;

  private constructor(
    private readonly spec: FunctionSpec,
    private readonly api: RuntimeApi,
    private readonly child: ChildProcess,
    log: (line: string) => void,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', log);
    }
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => this.ended(error.message, resolve));
      child.once('exit', (code, signal) => this.ended(signal ? `signal: ${signal}` : `exit status ${code}`, resolve));
    });
  }

  static async start(spec: FunctionSpec, options: SandboxOptions): Promise<Sandbox> {
    const api = await RuntimeApi.start({
      ready: () => sandbox.ready(),
      responded: (id, payload) => sandbox.responded(id, payload),
      failed: (id, body) => sandbox.settle(id, errorResult(body)),
      streaming: (id, stream) => sandbox.streaming(id, stream),
      streamed: (id, error) =>
        sandbox.settle(id, error ? errorResult(error) : { kind: 'response', payload: Buffer.alloc(0) }),
      initFailed: (body) => {
        sandbox.initError = errorResult(body);
      },
    });
    const env = lambdaEnvironment(spec, {
      runtimeApi: api.address,
      logStream: `${new Date().toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
      serviceEndpoints: options.serviceEndpoints,
      path: process.env.PATH ?? '',
      daemon: options.daemon,
    });
    // A group of its own: Ctrl-C reaches this platform alone, which then ends its functions in order.
    const child = spawn(process.execPath, [join(__dirname, 'bootstrap.mjs')], {
      cwd: spec.codeDir,
      env: withPreload(env, options.preload),
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const sandbox = new Sandbox(spec, api, child, options.log);
    return sandbox;
  }

  invoke(invocation: Invocation, onStream?: (stream: ResponseStream) => void): Promise<InvokeResult> {
    return new Promise((resolve) => {
      this.current = { invocation, settle: resolve, onStream };
      if (!this.alive) this.ended('exit status unknown');
      else if (this.loaded) this.deliver();
      else this.current.timer = setTimeout(() => this.timedOut('Sandbox.InitTimedout', INIT_MS), INIT_MS);
    });
  }

  async close(): Promise<void> {
    this.kill();
    await this.exited;
  }

  private ready(): void {
    this.loaded = true;
    if (this.current) this.deliver();
  }

  private deliver(): void {
    const current = this.current;
    if (!current) return;
    const { invocation } = current;
    const { timeoutMs, arn } = this.spec;
    clearTimeout(current.timer);
    current.timer = setTimeout(() => this.timedOut('Sandbox.Timedout', timeoutMs), timeoutMs);
    this.api.hand({
      body: invocation.payload,
      headers: {
        'lambda-runtime-aws-request-id': invocation.id,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': arn,
        'lambda-runtime-trace-id': invocation.traceId,
      },
    });
  }

  private streaming(id: string, stream: ResponseStream): boolean {
    const current = this.current;
    if (current?.invocation.id !== id || !current.onStream) return false;
    current.stream = stream;
    current.onStream(stream);
    return true;
  }

  private responded(id: string, payload: Buffer): void {
    const tooLarge = `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES} bytes).`;
    const fits = payload.length <= PAYLOAD_BYTES;
    this.settle(id, fits ? { kind: 'response', payload } : failure(id, 'Function.ResponseSizeTooLarge', tooLarge));
  }

  /** A result for an invocation that is over (it timed out) is dropped. */
  private settle(id: string, result: InvokeResult): void {
    const current = this.current;
    if (current?.invocation.id !== id) return;
    clearTimeout(current.timer);
    this.current = undefined;
    if (result.kind === 'error') current.stream?.body.destroy(new Error(result.errorType));
    current.settle(result);
  }

  private timedOut(errorType: string, limitMs: number): void {
    const id = this.current?.invocation.id;
    this.kill();
    if (id) this.settle(id, failure(id, errorType, `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`));
  }

  private ended(how: string, exited?: () => void): void {
    this.alive = false;
    this.api.close();
    const id = this.current?.invocation.id;
    if (id) {
      this.settle(id, this.initError ?? failure(id, 'Runtime.ExitError', `Runtime exited with error: ${how}`));
    }
    exited?.();
  }

  private kill(): void {
    this.alive = false;
    if (this.child.pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      this.child.kill('SIGKILL');
    }
  }
}

function errorResult(body: Buffer): InvokeResult {
  try {
    const { errorType, errorMessage } = JSON.parse(body.toString('utf8')) as Record<string, unknown>;
    return { kind: 'error', errorType: String(errorType ?? 'Error'), errorMessage: String(errorMessage ?? '') };
  } catch {
    return { kind: 'error', errorType: 'Error', errorMessage: body.toString('utf8') };
  }
}
