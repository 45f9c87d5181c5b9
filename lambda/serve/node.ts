/**
 * node:http to fetch and back: a process that listens on a port, in a container or on a laptop. Whatever a peer does
 * with its connection, it holds bytes, time and a place among the running calls within bounds.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { forgetCredentials } from './forget-credentials';
import { type GracefulServer, gracefulServer } from './graceful-server';
import type { Guarded } from './guarded';
import { answerHealth, type Health, isHealth } from './health';
import { HTTP_BOUNDS, type HttpBounds, LINGER_MS } from './http-bounds';
import { drain, readBody } from './node-body';
import { OpenAnswers } from './open-answers';

export interface ListenOptions {
  /** @default 8080 */
  readonly port?: number;
  /** Address to bind. @default '127.0.0.1': a container names '0.0.0.0' itself */
  readonly host?: string;
  /** Milliseconds until a call is answered with an error. @default 60,000 */
  readonly timeoutMs?: number;
  readonly bounds?: Partial<HttpBounds>;
  /** Answers `GET /health`. @default there is no such route */
  readonly health?: Health;
}

/** Resolves when the server listens; rejects when the port cannot be had or the configuration is wrong. */
export async function listen(server: Pick<Guarded, 'start'>, options: ListenOptions = {}): Promise<GracefulServer> {
  const { port = 8080, host = '127.0.0.1', timeoutMs = 60_000 } = options;
  const bounds: HttpBounds = { ...HTTP_BOUNDS, ...options.bounds };
  const fetch = server.start({ streams: true });
  const http = await gracefulServer(bounds, bounds.graceMs ?? timeoutMs, (incoming, outgoing) => {
    void answer(incoming, outgoing);
  });
  const open = new OpenAnswers(http);
  let running = 0;

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (options.health !== undefined && isHealth(incoming)) return answerHealth(options.health, outgoing);
    const overloaded = running >= fetch.concurrency;
    const disconnected = new AbortController();
    const end = setTimeout(() => outgoing.destroy(), bounds.bodyMs + timeoutMs + LINGER_MS).unref();
    let held = 1;
    running += held;
    const release = () => {
      running -= held;
      held = 0;
    };
    const calls = callsOn(incoming.socket);
    calls.add(disconnected);
    open.add(outgoing);
    outgoing.on('close', () => {
      clearTimeout(end);
      if (http.closing) http.closeIdleConnections();
    });
    try {
      const request = requestFrom(incoming);
      forgetCredentials(incoming);
      const response = await fetch(request, {
        requestId: randomUUID(),
        remainingMs: timeoutMs,
        disconnected: disconnected.signal,
        overloaded,
        body: (maxBytes) => {
          if (incoming.headers.expect !== undefined) outgoing.writeContinue();
          return readBody(incoming, maxBytes, bounds.bodyMs);
        },
        waiting: () => {
          release();
          return open.waiting(outgoing);
        },
      });
      if (disconnected.signal.aborted) return await response.body?.cancel();
      if (!incoming.readableEnded) drain(incoming, fetch.bodyBytes);
      if (http.closing || http.leaving) outgoing.setHeader('Connection', 'close');
      await send(response, outgoing);
    } catch {
      // The guard answers its own failures; what remains is a request that is none, or a connection that broke.
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(400, { Connection: 'close' }).end();
    } finally {
      release();
      open.done(outgoing);
      calls.delete(disconnected);
    }
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
  return http;
}

const connections = new WeakMap<Socket, Set<AbortController>>();

/**
 * The calls of a connection that are not done, each ended when it closes. Their responses would not all say so: one
 * that waits behind another of the same connection never hears of it.
 */
function callsOn(socket: Socket): Set<AbortController> {
  let calls = connections.get(socket);
  if (calls === undefined) {
    const open = new Set<AbortController>();
    socket.once('close', () => {
      for (const call of open) call.abort();
    });
    connections.set(socket, open);
    calls = open;
  }
  return calls;
}

/** A stream leaves as it is written; ending either side ends the other. */
async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const headers = Object.fromEntries(response.headers);
  if (headers['content-type']?.startsWith('text/event-stream')) {
    outgoing.writeHead(response.status, headers).flushHeaders();
    await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
    return;
  }
  const text = await response.text();
  if (response.status === 204) {
    outgoing.writeHead(response.status, headers).end();
    return;
  }
  outgoing.writeHead(response.status, { ...headers, 'content-length': Buffer.byteLength(text) }).end(text);
}

/** The body is not in it: it is read when the guard asks for it, which is when it knows who sends it. */
function requestFrom({ method, url = '/', rawHeaders }: IncomingMessage): Request {
  const headers = new Headers();
  // As they came: a header that came twice is both of them, and not the first that node would keep.
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  return new Request(new URL(url, 'http://listener.invalid'), { method, headers });
}
