import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Handler } from './routes';

const MAX_BODY_BYTES = 64 * 1024;

export interface Listener {
  close(): Promise<void>;
}

/** Serves `http://localhost:<port>`: on 127.0.0.1, and on ::1 where the machine has it, and nowhere else. */
export async function listen(port: number, handler: Handler, log: (line: string) => void): Promise<Listener> {
  const first = await open('127.0.0.1', port, handler, log);
  try {
    const second = await open('::1', port, handler, log).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined;
      throw error;
    });
    return { close: async () => void (await Promise.all([first, second].map((server) => server && closed(server)))) };
  } catch (error) {
    await closed(first);
    throw error;
  }
}

function open(host: string, port: number, handler: Handler, log: (line: string) => void): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    serve(port, incoming, outgoing, handler).catch((error: unknown) => {
      log(`identity: ${incoming.method} ${incoming.url?.split('?')[0]} failed: ${error}`);
      if (!outgoing.headersSent) outgoing.writeHead(500);
      outgoing.end();
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

async function serve(
  port: number,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handler: Handler,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (body === undefined) {
    outgoing.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const hasBody = incoming.method !== 'GET' && incoming.method !== 'HEAD';
  // The configured origin, never the Host header, is where this request went.
  const url = new URL(`http://localhost:${port}${incoming.url?.startsWith('/') ? incoming.url : '/'}`);
  const response = await handler(
    new Request(url, { method: incoming.method, headers, body: hasBody ? body : undefined }),
  );
  const { 'set-cookie': _, ...plain } = Object.fromEntries(response.headers);
  const cookies = response.headers.getSetCookie();
  outgoing.writeHead(response.status, cookies.length > 0 ? { ...plain, 'set-cookie': cookies } : plain);
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer<ArrayBuffer> | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
