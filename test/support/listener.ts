/** A guarded server on a port, and connections to it that are written byte by byte. */
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { AuditRecord, LogRecord } from '../../lambda/guard/audit';
import type { GuardConfig } from '../../lambda/guard/config';
import type { CallContext } from '../../lambda/guard/exchange';
import { createGuard } from '../../lambda/guard/guard';
import { concurrencyOf, limitsOf } from '../../lambda/guard/limit-rules';
import { signatureVerifier } from '../../lambda/guard/tokens/signature';
import { GUARDED, type Guarded } from '../../lambda/serve/guarded';
import type { HttpBounds } from '../../lambda/serve/http-bounds';
import { inventoryOf } from '../../lambda/serve/inventory';
import { mcpServer } from '../../lambda/serve/mcp-server';
import { listen } from '../../lambda/serve/node';
import type { PolicyDocument } from '../../lib/private/contract';
import { CONFIG, ISSUER, type Keys, sign, toolCall, userClaims } from './guard';

export interface Listener {
  readonly port: number;
  readonly token: string;
  readonly http: Server;
  readonly records: LogRecord[];
  audits(): AuditRecord[];
  /** Calls of tools that were begun, that noticed their signal, and that ended. */
  readonly calls: { begun: number; aborted: number; ended: number };
  /** Lets every `read_stuck` return. */
  release(): void;
  close(): Promise<void>;
}

export interface ListenerOptions {
  readonly limits?: PolicyDocument['limits'];
  readonly bounds?: Partial<HttpBounds>;
  readonly timeoutMs?: number;
  /** @default false */
  readonly streams?: boolean;
}

export async function startListener(keys: Keys, options: ListenerOptions = {}): Promise<Listener> {
  const records: LogRecord[] = [];
  const calls = { begun: 0, aborted: 0, ended: 0 };
  let release: () => void = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const config: GuardConfig = { ...CONFIG, policy: { ...CONFIG.policy, limits: options.limits } };
  const guard = createGuard(config, {
    verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher),
    log: (record) => records.push(record),
    streams: options.streams,
  });
  const server = mcpServer(() => notes(calls, released), { streams: options.streams });
  const guarded: Guarded = {
    [GUARDED]: true,
    start: () =>
      Object.assign((request: Request, call: CallContext) => guard.fetch(request, server, call), {
        concurrency: concurrencyOf(config.policy),
        bodyBytes: limitsOf(config.policy).bodyBytes,
      }),
    ready: async () => {},
    inventory: () => inventoryOf(server),
  };
  const http = await listen(guarded, { port: 0, timeoutMs: options.timeoutMs ?? 5_000, bounds: options.bounds });
  return {
    port: (http.address() as AddressInfo).port,
    token: await sign(keys, userClaims()),
    http,
    records,
    audits: () => records.filter((record): record is AuditRecord => record.type === 'audit'),
    calls,
    release,
    async close() {
      release();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

/** One tool that answers at once, one that waits for its signal, one that waits for `released` whatever happens. */
function notes(calls: Listener['calls'], released: Promise<void>): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  const answer = { content: [{ type: 'text' as const, text: 'done' }] };
  server.registerTool('list_notes', { inputSchema: z.looseObject({}) }, async () => {
    calls.begun += 1;
    calls.ended += 1;
    return answer;
  });
  server.registerTool('read_slow', { inputSchema: z.object({}) }, async (_args, ctx) => {
    calls.begun += 1;
    await new Promise<void>((resolve) => ctx.mcpReq.signal.addEventListener('abort', () => resolve()));
    calls.aborted += 1;
    calls.ended += 1;
    return answer;
  });
  server.registerTool('read_stuck', { inputSchema: z.object({}) }, async () => {
    calls.begun += 1;
    await released;
    calls.ended += 1;
    return answer;
  });
  return server;
}

export const CRLF = '\r\n';

/** A request head; a value of undefined takes a header out, a list gives it several times. */
export function head(
  { token }: Listener,
  headers: Record<string, string | readonly string[] | undefined> = {},
  line = 'POST /mcp HTTP/1.1',
): string {
  const all = {
    host: 'mcp.example.com',
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [value].flat().map((each) => `${name}: ${each}`),
  );
  return [line, ...lines, '', ''].join(CRLF);
}

/** A whole request. */
export function whole(listener: Listener, body: unknown = toolCall('list_notes'), headers: object = {}): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return head(listener, { 'content-length': String(Buffer.byteLength(text)), ...headers }) + text;
}

export interface Connection {
  readonly socket: Socket;
  /** What came back so far. */
  text(): string;
  /** Statuses of the answers that came back so far. */
  statuses(): number[];
  /** Resolves when the other side has closed, or the time is up; false then. */
  closed(ms?: number): Promise<boolean>;
  /** Resolves when `count` answers have begun, or the time is up. */
  answers(count: number, ms?: number): Promise<number[]>;
}

export async function connection({ port }: Pick<Listener, 'port'>): Promise<Connection> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let gone = false;
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.on('end', () => {
    gone = true;
  });
  socket.on('close', () => {
    gone = true;
  });
  await new Promise((resolve) => socket.once('connect', resolve).once('error', resolve));
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r]*\r\n/g)].map(([, status]) => Number(status));
  const until = async (done: () => boolean, ms: number) => {
    for (const end = Date.now() + ms; !done() && Date.now() < end; ) await new Promise((r) => setTimeout(r, 5));
    return done();
  };
  return {
    socket,
    text: () => text,
    statuses,
    closed: (ms = 3_000) => until(() => gone, ms),
    async answers(count, ms = 3_000) {
      await until(() => statuses().length >= count || gone, ms);
      return statuses();
    },
  };
}

/** Bytes on a connection of their own, and what came back when it was over. */
export async function sent(listener: Listener, bytes: string | Buffer, ms = 1_500): Promise<Connection> {
  const made = await connection(listener);
  made.socket.write(bytes);
  made.socket.once('data', () => {});
  await made.answers(1, ms);
  return made;
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
