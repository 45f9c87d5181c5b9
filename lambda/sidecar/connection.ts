/**
 * HTTP to the server behind the guard. Whether a request was begun there decides what a failure means: one that was
 * never sent may be sent again, one that was must not be, because a tool would run twice.
 */
import { Agent, type ClientRequest, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { AnswerLost, NotServed } from '../guard/server-fault';

export interface Sent {
  readonly method: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: string;
  /** Ends the exchange, whatever is left of it. */
  readonly signal?: AbortSignal;
  /** Whether it does no harm if the server gets it twice. */
  readonly repeatable: boolean;
}

/** Resolves with the head of the answer. @throws NotServed, AnswerLost */
export type Send = (sent: Sent) => Promise<IncomingMessage>;

/** A server on this machine that takes no connection in this time has no room for one. */
const CONNECT_MS = 2_000;
/**
 * How long a connection is kept that nothing is sent on: far less than servers keep theirs (5 s is usual), so that none
 * is written to just as the server closes it.
 */
const IDLE_MS = 1_000;

export function connectionTo(url: URL): Send {
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  return async (sent) => {
    try {
      return await attempt(url, sent, agent);
    } catch (fault) {
      if (!(fault instanceof StaleConnection)) throw fault;
      if (!sent.repeatable) throw new AnswerLost('answer_lost', { cause: fault.cause });
      return attempt(url, sent, false);
    }
  };
}

/** A connection that was kept from before broke: the server may have closed it before it read the request, or after. */
class StaleConnection extends Error {}

function attempt(url: URL, { method, headers, body, signal }: Sent, agent: Agent | false): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let connected = false;
    const outgoing = request(url, { method, headers, agent });
    const timer = setTimeout(() => outgoing.destroy(new Error('no connection in time')), CONNECT_MS);
    const abort = () => outgoing.destroy(new Error('the call was ended'));
    outgoing.on('socket', (socket) => {
      const onConnect = () => {
        connected = true;
        clearTimeout(timer);
      };
      if (socket.connecting) socket.once('connect', onConnect);
      else onConnect();
    });
    outgoing.on('response', resolve);
    outgoing.on('upgrade', (_answer, socket) => {
      socket.destroy();
      reject(new Error('the server wants another protocol'));
    });
    outgoing.on('error', (cause) => {
      clearTimeout(timer);
      reject(signal?.aborted ? cause : connected ? broken(outgoing, cause) : unavailable(cause));
    });
    outgoing.on('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    });
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    outgoing.end(body);
  });
}

function unavailable(cause: Error): NotServed {
  return new NotServed({ reason: 'server_unavailable' }, { cause });
}

function broken(outgoing: ClientRequest, cause: Error & { code?: string }): Error {
  // What came is no HTTP: the server answered, and not as one does.
  if (cause.code?.startsWith('HPE_')) return cause;
  return outgoing.reusedSocket ? new StaleConnection('stale', { cause }) : new AnswerLost('answer_lost', { cause });
}
