import { randomBytes, randomUUID } from 'node:crypto';
import type { FunctionSpec } from '../deployment/functions';
import { failure, type Invokable, type InvokeResult, PAYLOAD_BYTES, type ResponseStream } from './invocation';
import { Sandbox, type SandboxOptions } from './sandbox';

/** Processes per function where the template reserves no concurrency; a laptop has no thousand. */
const DEFAULT_CONCURRENCY = 10;

/** One deployed function: starts processes as calls overlap, keeps them warm, replaces those that died. */
export class FunctionHost implements Invokable {
  private readonly sandboxes = new Set<Sandbox>();
  private readonly idle: Sandbox[] = [];
  private closing = false;
  /** Processes being started count against the concurrency too. */
  private starting = 0;

  constructor(
    readonly spec: FunctionSpec,
    private readonly options: SandboxOptions,
  ) {}

  async invoke(
    payload: string,
    rootTraceId?: string,
    onStream?: (stream: ResponseStream) => void,
  ): Promise<InvokeResult> {
    const id = randomUUID();
    if (Buffer.byteLength(payload) > PAYLOAD_BYTES) {
      return failure(id, 'RequestTooLargeException', `Request must be smaller than ${PAYLOAD_BYTES} bytes`);
    }
    const sandbox = this.takeIdle() ?? (await this.add());
    if (!sandbox) return { kind: 'throttled' };
    const invocation = { id, payload, traceId: traceHeader(rootTraceId, this.spec.traced) };
    const result = await sandbox.invoke(invocation, onStream);
    if (result.kind === 'error') this.options.log(`[${result.errorType}] ${result.errorMessage}`);
    if (sandbox.alive && !this.closing) this.idle.push(sandbox);
    else this.sandboxes.delete(sandbox);
    return result;
  }

  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.sandboxes].map((sandbox) => sandbox.close()));
    this.sandboxes.clear();
  }

  private takeIdle(): Sandbox | undefined {
    for (let sandbox = this.idle.pop(); sandbox; sandbox = this.idle.pop()) {
      if (sandbox.alive) return sandbox;
      this.sandboxes.delete(sandbox);
    }
    return undefined;
  }

  private async add(): Promise<Sandbox | undefined> {
    const limit = this.spec.reservedConcurrency ?? DEFAULT_CONCURRENCY;
    if (this.closing || this.sandboxes.size + this.starting >= limit) return undefined;
    this.starting += 1;
    try {
      const sandbox = await Sandbox.start(this.spec, this.options);
      this.sandboxes.add(sandbox);
      if (this.closing) await sandbox.close();
      return sandbox;
    } finally {
      this.starting -= 1;
    }
  }
}

/** X-Ray's header: the caller's root where it sent one, sampled when the function traces actively. */
function traceHeader(root: string | undefined, sampled: boolean): string {
  const id = root ?? newTraceId();
  return `Root=${id};Parent=${randomBytes(8).toString('hex')};Sampled=${sampled ? 1 : 0}`;
}

export function newTraceId(now = Date.now()): string {
  return `1-${Math.floor(now / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
}
