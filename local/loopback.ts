import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { LocalFailure } from './failure';

export interface Listener {
  close(): Promise<void>;
}

/** Serves `http://localhost:<port>`: on 127.0.0.1, and on ::1 where the machine has it, and nowhere else. */
export async function listenOnLoopback(
  port: number,
  handler: RequestListener,
  options: ServerOptions = {},
): Promise<Listener> {
  const servers: Server[] = [];
  const close = async () => void (await Promise.all(servers.map(closeServer)));
  try {
    servers.push(await open('127.0.0.1', port, handler, options));
    const second = await open('::1', port, handler, options).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined;
      throw error;
    });
    if (second) servers.push(second);
    return { close };
  } catch (error) {
    await close();
    throw portFailure(port, error);
  }
}

/** An occupied or forbidden port is something the user can do something about. */
export function portFailure(port: number, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return new LocalFailure(`port ${port} is occupied: end what listens there, or choose others with --port`);
  if (code === 'EACCES') return new LocalFailure(`port ${port} may not be opened: choose one above 1023 with --port`);
  return error;
}

function open(host: string, port: number, handler: RequestListener, options: ServerOptions): Promise<Server> {
  const server = createServer(options, handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
