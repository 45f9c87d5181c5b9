/**
 * Which session of the server stands behind a session of the guard. The server's id stays here: a client knows the
 * guard's alone, which is bound to its user. Kept in this process, beside the one server that knows them too; a session
 * that is not here any more has ended for the client as well.
 */
import type { IncomingMessage } from 'node:http';
import type { Admitted } from '../guard/admission';
import type { JsonRpcId } from '../guard/message';
import type { Principal } from '../guard/principal';
import type { Send } from './connection';
import { upstreamHeaders } from './headers';
import { sentTo } from './upstream';

export interface UpstreamSession {
  /** Undefined: the server keeps none. */
  readonly id: string | undefined;
  readonly principal: Principal;
  readonly holder: string;
  /** Calls and streams that are open in it. */
  open: number;
}

/** Sessions at a time; what one principal's clients left open does not push out those of others. */
const MAX = 1_024;
const MAX_OF_ONE = 64;

const NO_HEADERS = new Headers();

export class UpstreamSessions {
  /** Least recently used first. */
  private readonly kept = new Map<string, UpstreamSession>();

  constructor(private readonly send: Send) {}

  begin(key: string, id: string | undefined, principal: Principal): void {
    const holder = `${principal.kind} ${principal.id}`;
    const theirs = [...this.kept].filter(([, session]) => session.holder === holder);
    const crowd = theirs.length >= MAX_OF_ONE ? theirs : this.kept.size >= MAX ? [...this.kept] : [];
    const [oldest] = [...crowd.filter(([, { open }]) => open === 0), ...crowd];
    if (oldest !== undefined) this.end(oldest[0], oldest[1].principal);
    this.kept.set(key, { id, principal, holder, open: 0 });
  }

  find(key: string): UpstreamSession | undefined {
    const session = this.forget(key);
    if (session !== undefined) this.kept.set(key, session);
    return session;
  }

  forget(key: string): UpstreamSession | undefined {
    const session = this.kept.get(key);
    this.kept.delete(key);
    return session;
  }

  end(key: string, principal: Principal): void {
    const id = this.forget(key)?.id;
    if (id !== undefined) this.tellEnd(id, principal);
  }

  /** For as long as the answer is under way. */
  occupy(session: UpstreamSession, incoming: IncomingMessage): void {
    session.open += 1;
    incoming.once('close', () => {
      session.open -= 1;
    });
  }

  tellEnd(id: string, principal: Principal): void {
    this.tell({ method: 'DELETE', headers: upstreamHeaders(NO_HEADERS, principal, id), repeatable: true });
  }

  /** Closing the connection ends nothing in a session: the server is told that nobody waits any more. */
  tellCancelled({ id }: UpstreamSession, { body, principal }: Admitted): void {
    if (id === undefined) return;
    for (const message of body.messages) {
      if (message.kind !== 'request') continue;
      const params = { requestId: message.id, reason: 'the client is gone, or the time is up' };
      this.say({ method: 'notifications/cancelled', params }, id, principal);
    }
  }

  /** The client will not be asked: the server is told in its place, instead of waiting for it. */
  tellUnasked(id: string, principal: Principal, question: JsonRpcId): void {
    const error = { code: -32_603, message: 'the client cannot be asked: its endpoint does not stream' };
    this.say({ id: question, error }, id, principal);
  }

  private say(message: object, id: string, principal: Principal): void {
    const headers = { ...upstreamHeaders(NO_HEADERS, principal, id), accept: BOTH };
    this.tell({ ...sentTo('POST', headers, { jsonrpc: '2.0', ...message }), repeatable: true });
  }

  /** What the server makes of it changes nothing for anyone. */
  private tell(sent: Parameters<Send>[0]): void {
    this.send({ ...sent, signal: AbortSignal.timeout(TELL_MS) }).then(
      (incoming) => incoming.resume().on('error', () => {}),
      () => {},
    );
  }
}

const TELL_MS = 5_000;
const BOTH = 'application/json, text/event-stream';
