/**
 * A server whose `close` lets running calls finish, and ends what is left when their time is up. It emits `closing` and,
 * just before it cuts what is left, `expired`.
 */
import type { RequestListener, Server } from 'node:http';
import { type HttpBounds, LINGER_MS } from './http-bounds';

/** How often connections are looked through for those that are too slow. */
const CHECK_MS = 1_000;
/** For what is said last to leave. */
const FLUSH_MS = 100;

export type GracefulServer = Server & {
  closing: boolean;
  /** About to close: connections are given up as they are used, so that none is written to just when it closes. */
  leaving: boolean;
};

export async function gracefulServer(
  bounds: HttpBounds,
  graceMs: number,
  listener: RequestListener,
): Promise<GracefulServer> {
  // Loaded here, because a function never listens and would pay for it at every cold start.
  const { createServer } = await import('node:http');
  const options = {
    headersTimeout: bounds.headersMs,
    // Bodies have a deadline of their own that is answered in words; this one cuts who goes on sending after it.
    requestTimeout: bounds.headersMs + bounds.bodyMs + LINGER_MS,
    keepAliveTimeout: bounds.keepAliveMs,
    maxHeaderSize: bounds.headerBytes,
    connectionsCheckingInterval: Math.min(CHECK_MS, bounds.headersMs),
  };
  const server: GracefulServer = Object.assign(createServer(options, listener), { closing: false, leaving: false });
  server.maxConnections = bounds.connections;
  // Who asks to send a body is asked for it when it is read, and not before its token was.
  server.on('checkContinue', listener);
  // Full: connections that do nothing make room.
  server.on('drop', () => server.closeIdleConnections());

  const close = server.close.bind(server);
  server.close = (callback) => {
    if (!server.closing) {
      server.closing = true;
      server.emit('closing');
      const timers = [
        setTimeout(() => server.emit('expired'), graceMs),
        setTimeout(() => server.closeAllConnections(), graceMs + FLUSH_MS),
      ];
      server.once('close', () => timers.forEach(clearTimeout));
    }
    return close(callback);
  };
  return server;
}
