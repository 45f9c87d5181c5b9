/** The answers of a process that are not done, and what becomes of them when it ends. */
import type { ServerResponse } from 'node:http';
import type { GracefulServer } from './graceful-server';

/** Seconds after which a client may ask again, of another process. */
const RETRY_AFTER = '5';

export class OpenAnswers {
  private readonly calls = new Set<ServerResponse>();
  private readonly streams = new Set<ServerResponse>();

  constructor(http: GracefulServer) {
    // Streams of sessions work on nothing: nobody waits for their end but the process.
    http.once('closing', () => {
      for (const stream of this.streams) stream.destroy();
    });
    // Whoever is still not answered is told so in words, as far as nothing was said yet.
    http.once('expired', () => {
      for (const call of this.calls) {
        if (!call.headersSent) call.writeHead(503, { 'Retry-After': RETRY_AFTER, Connection: 'close' }).end();
      }
    });
  }

  add(outgoing: ServerResponse, method: string | undefined): void {
    const set = method === 'GET' ? this.streams : this.calls;
    set.add(outgoing);
    outgoing.once('close', () => set.delete(outgoing));
  }
}
