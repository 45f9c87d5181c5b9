import { Agent, type IncomingMessage, request, STATUS_CODES } from 'node:http';
import { Readable } from 'node:stream';
import type { ListenerAction, ListenerSpec, LoadBalancerSpec } from '../deployment/containers/load-balancers';
import { selectAction } from './listener-rules';
import type { Target, TargetGroup } from './target-group';

/** A request on its way to a load balancer. */
export interface ForwardRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** In lower case, a name once. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Of the one that connects: the VPC link. */
  readonly sourceIp: string;
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/** What comes back, as it comes. */
export interface ForwardResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Readable;
}

/** How long a load balancer tries to connect. */
const CONNECT_MS = 10_000;
const VALID_NAME = /^[A-Za-z0-9-]+$/;
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/**
 * An application load balancer: rules, healthy targets in turn, connections that are kept, and its own answers where
 * a target has none.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export class LoadBalancer {
  private readonly connections = new Agent({ keepAlive: true });
  private turn = 0;

  constructor(
    private readonly spec: LoadBalancerSpec,
    private readonly groups: ReadonlyMap<string, TargetGroup>,
  ) {}

  close(): void {
    this.connections.destroy();
  }

  async forward(listener: ListenerSpec, incoming: ForwardRequest): Promise<ForwardResponse> {
    const action = selectAction(listener.rules, {
      method: incoming.method,
      path: incoming.target.replace(/\?.*$/s, ''),
      header: (name) => incoming.headers[name],
    });
    if (action?.kind === 'fixed') return own(action.status, action.type, action.body);
    const target = action && this.targetOf(action);
    if (!target) return failed(503);
    return this.send(target, listener, incoming);
  }

  /** A target group by its weight, then a target of it. */
  private targetOf(action: ListenerAction & { kind: 'forward' }): Target | undefined {
    const shares = action.groups.flatMap(({ arn, weight }) => {
      const group = this.groups.get(arn);
      return group ? Array.from({ length: weight }, () => group) : [];
    });
    this.turn += 1;
    return shares[this.turn % shares.length]?.next();
  }

  private send(target: Target, listener: ListenerSpec, incoming: ForwardRequest): Promise<ForwardResponse> {
    target.active += 1;
    return new Promise((resolve) => {
      const done = once(() => {
        target.active -= 1;
      });
      const outgoing = request({
        host: '127.0.0.1',
        port: target.port,
        method: incoming.method,
        path: incoming.target,
        headers: this.headersFor(target, listener, incoming),
        agent: this.connections,
        signal: incoming.signal,
      });
      let timedOut = false;
      const timer = setTimeout(() => {
        timedOut = true;
        outgoing.destroy();
      }, CONNECT_MS);
      outgoing.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => clearTimeout(timer));
        else clearTimeout(timer);
      });
      outgoing.setTimeout(this.spec.idleMs, () => {
        timedOut = true;
        outgoing.destroy();
      });
      outgoing.on('response', (response) => {
        response.once('close', done);
        resolve({ status: response.statusCode ?? 502, headers: headersOf(response), body: response });
      });
      outgoing.on('error', () => {
        clearTimeout(timer);
        done();
        resolve(failed(timedOut ? 504 : 502));
      });
      outgoing.end(incoming.body);
    });
  }

  private headersFor(target: Target, listener: ListenerSpec, incoming: ForwardRequest): Record<string, string> {
    const { dropInvalidHeaders, preserveHost } = this.spec;
    const kept = Object.entries(incoming.headers).filter(
      ([name]) => !HOP_BY_HOP.includes(name) && (!dropInvalidHeaders || VALID_NAME.test(name)),
    );
    const headers = Object.fromEntries(kept);
    const before = headers['x-forwarded-for'];
    return {
      ...headers,
      host: headers.host ?? (preserveHost ? '' : `127.0.0.1:${target.port}`),
      'content-length': String(incoming.body.length),
      'x-amzn-trace-id': headers['x-amzn-trace-id'] ?? '',
      'x-forwarded-for': before ? `${before}, ${incoming.sourceIp}` : incoming.sourceIp,
      'x-forwarded-port': String(listener.port),
      'x-forwarded-proto': listener.protocol.toLowerCase(),
    };
  }
}

function headersOf(response: IncomingMessage): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.includes(name) ? [] : [[name, value]],
    ),
  );
}

/** A load balancer's own answers are short pages. */
function failed(status: 502 | 503 | 504): ForwardResponse {
  return own(status, 'text/html', `<h1>${status} ${STATUS_CODES[status]}</h1>`);
}

function own(status: number, type: string, body: string): ForwardResponse {
  return {
    status,
    headers: { server: 'awselb/2.0', 'content-type': type, 'content-length': String(Buffer.byteLength(body)) },
    body: Readable.from(body === '' ? [] : [Buffer.from(body)]),
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (!done) work();
    done = true;
  };
}
