/** The answers of a process that are not done, and what becomes of them when it ends. */
import type { ServerResponse } from 'node:http';
import type { GracefulServer } from './graceful-server';

/** Seconds after which a client may ask again, of another process. */
const RETRY_AFTER = '5';
/** For a client to read the end of what it waited on. */
const LAST_WORDS_MS = 1_000;

export class OpenAnswers {
  private readonly calls = new Set<ServerResponse>();
  private readonly streams = new Map<ServerResponse, () => void>();

  constructor(private readonly http: GracefulServer) {
    // What waits works on nothing: nobody waits for its end but the process.
    http.once('closing', () => {
      for (const [stream, end] of this.streams) {
        end();
        setTimeout(() => this.streams.has(stream) && stream.destroy(), LAST_WORDS_MS).unref();
      }
    });
    // Whoever is still not answered is told so in words, as far as nothing was said yet.
    http.once('expired', () => {
      for (const call of this.calls) {
        if (!call.headersSent) call.writeHead(503, { 'Retry-After': RETRY_AFTER, Connection: 'close' }).end();
      }
    });
  }

  add(outgoing: ServerResponse): void {
    this.calls.add(outgoing);
  }

  /** It is no call any more; resolves when it is to end. */
  waiting(outgoing: ServerResponse): Promise<'deadline'> {
    this.calls.delete(outgoing);
    return new Promise((resolve) => {
      const end = () => resolve('deadline');
      if (this.http.closing) end();
      this.streams.set(outgoing, end);
    });
  }

  done(outgoing: ServerResponse): void {
    this.calls.delete(outgoing);
    this.streams.delete(outgoing);
  }
}
