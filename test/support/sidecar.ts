/** The guard in front of a server in another process, in this one: on a port, and on the same port as in a container. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuditRecord, LogRecord } from '../../lambda/guard/audit';
import type { GuardConfig } from '../../lambda/guard/config';
import type { CallContext } from '../../lambda/guard/exchange';
import type { GuardDependencies } from '../../lambda/guard/guard';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import type { GuardedFetch } from '../../lambda/serve/guarded';
import { listen } from '../../lambda/serve/node';
import { guardedUpstream } from '../../lambda/sidecar/sidecar';
import { CONFIG, ISSUER, type Keys } from './guard';

export interface TestSidecar {
  readonly url: string;
  readonly port: number;
  readonly records: LogRecord[];
  audits(): AuditRecord[];
  faults(): string;
  close(): Promise<void>;
}

export interface TestSidecarOptions {
  readonly keys: Keys;
  /** The MCP address of the server behind it. */
  readonly upstream: string;
  readonly config?: Partial<GuardConfig>;
  readonly dependencies?: GuardDependencies;
  readonly timeoutMs?: number;
}

export async function startSidecar(options: TestSidecarOptions): Promise<TestSidecar> {
  const { keys, upstream, timeoutMs = 5_000 } = options;
  const records: LogRecord[] = [];
  const fetch = guardedUpstream({ ...CONFIG, ...options.config }, new URL(upstream), {
    verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher),
    log: (record) => records.push(record),
    ...options.dependencies,
  });
  // Clients here cannot name another host than the one they connect to.
  const named: GuardedFetch = Object.assign((request: Request, call: CallContext) => {
    if (request.headers.get('host')?.startsWith('127.0.0.1:')) request.headers.set('host', 'mcp.example.com');
    return fetch(request, call);
  }, fetch);
  const http = await listen({ start: () => named }, { port: 0, timeoutMs });
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    records,
    audits: () => records.filter((record): record is AuditRecord => record.type === 'audit'),
    faults: () => records.flatMap((record) => (record.type === 'error' ? [describe(record.fault)] : [])).join('\n'),
    close: () => closed(http),
  };
}

function describe(fault: unknown): string {
  if (!(fault instanceof Error)) return JSON.stringify(fault) ?? String(fault);
  return `${fault.message} ${fault.cause === undefined ? '' : describe(fault.cause)}`;
}

/** A server on a port, as a program in another language might be one. */
export interface Upstream {
  readonly url: string;
  readonly http: Server;
  close(): Promise<void>;
}

export async function startUpstream(listener: RequestListener, port = 0): Promise<Upstream> {
  const http = createServer(listener).listen(port, '127.0.0.1');
  await once(http, 'listening');
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, http, close: () => closed(http) };
}

export async function closed(http: Server): Promise<void> {
  http.closeAllConnections();
  await new Promise((resolve) => http.close(resolve));
}
