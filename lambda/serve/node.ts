/** node:http to fetch and back: a process that listens on a port, in a container or on a laptop. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { DEFAULT_LIMITS } from '../guard/limits';
import type { Guarded } from './guarded';

export interface ListenOptions {
  /** @default 8080 */
  readonly port?: number;
  /** Address to bind. @default '127.0.0.1': a container names '0.0.0.0' itself */
  readonly host?: string;
  /** Milliseconds until a call is answered with an error. @default 60,000 */
  readonly timeoutMs?: number;
}

/** Resolves when the server listens; rejects when the port cannot be had or the configuration is wrong. */
export async function listen(server: Guarded, options: ListenOptions = {}): Promise<Server> {
  const { port = 8080, host = '127.0.0.1', timeoutMs = 60_000 } = options;
  const fetch = server.start({ streams: true });
  const http = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing);
  });

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const disconnected = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) disconnected.abort();
    });
    try {
      const response = await fetch(requestFrom(incoming), {
        requestId: randomUUID(),
        remainingMs: timeoutMs,
        disconnected: disconnected.signal,
      });
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      if (response.body === null) outgoing.end();
      else
        Readable.fromWeb(response.body as NodeReadableStream)
          .on('error', () => outgoing.destroy())
          .pipe(outgoing);
    } catch {
      // The guard answers its own failures; what remains is a connection that broke while it was read.
      if (!outgoing.headersSent) outgoing.writeHead(400);
      outgoing.end();
    }
  }

  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, resolve);
  });
  return http;
}

function requestFrom(incoming: IncomingMessage): Request {
  const { method = 'GET', url = '/', headers } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(new URL(url, 'http://listener.invalid'), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
    ),
    body: hasBody ? (Readable.toWeb(bounded(incoming)) as ReadableStream) : undefined,
    duplex: 'half',
  } as RequestInit);
}

/** A body without a length could be endless: it is cut one byte past what the guard admits, which refuses it. */
function bounded(incoming: IncomingMessage): Readable {
  if (incoming.headers['content-length'] !== undefined) return incoming;
  return Readable.from(
    (async function* () {
      let bytes = 0;
      for await (const chunk of incoming) {
        bytes += (chunk as Buffer).length;
        yield chunk;
        if (bytes > DEFAULT_LIMITS.bodyBytes) return;
      }
    })(),
  );
}
