/**
 * An MCP server in another process, in any language, as the function that the guard calls. It gets what the guard
 * judged, written anew, and headers that the guard wrote; nothing of the caller's besides.
 */
import type { IncomingMessage } from 'node:http';
import type { Admitted } from '../guard/admission';
import type { McpFetch } from '../guard/guard';
import type { Body } from '../guard/message';
import { NotServed } from '../guard/server-fault';
import type { Session } from '../guard/sessions/sessions';
import { answerFrom } from './answers';
import type { Send, Sent } from './connection';
import { inexactNumber } from './exact-numbers';
import { upstreamHeaders } from './headers';
import { withoutQuestions } from './questions';
import type { UpstreamSessions } from './upstream-sessions';

export interface UpstreamOptions {
  readonly send: Send;
  readonly sessions: UpstreamSessions;
  /** Bytes of one whole answer. */
  readonly maxBytes: number;
  /** Told, once, what an operator should know of the server. */
  readonly warn: (fault: string) => void;
  /** Whether clients get answers as they are written, and so can be asked something meanwhile. */
  readonly streams: boolean;
}

/** Requests that change nothing, and may be sent twice. */
const REPEATABLE: ReadonlySet<string> = new Set([
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'prompts/get',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'completion/complete',
]);

/** Characters that an id in a header may have (MCP 2025-11-25, transports, session management). */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** How long a server may take to name the session that it begins. */
const OPENING_MS = 60_000;

const KEEPS_SESSIONS =
  'the server begins sessions of its own, and the policy keeps none: what needs a session there fails. Give SecureMcpServer `sessions`, or make the server stateless';

const ASKS =
  'the server asks its client in the middle of a call, and has no session in which to be told that there is no answer. Clients can be asked behind McpEndpoint.restApi, in sessions';

export function upstreamServer({ send, sessions, maxBytes, warn, streams }: UpstreamOptions): McpFetch {
  let warned = false;

  function exchange(
    request: Request,
    { body, principal }: Admitted,
    id?: string,
    signal = request.signal,
  ): Promise<IncomingMessage> {
    const { method, headers } = request;
    return send({
      ...sentTo(method, upstreamHeaders(headers, principal, id), body.parsed),
      signal,
      repeatable: isRepeatable(method, body),
    });
  }

  /**
   * What may begin a session does not end with its call before the server has named the session: nobody could end one
   * whose id was never read.
   */
  async function opening(request: Request, given: Admitted): Promise<IncomingMessage> {
    const incoming = await exchange(request, given, undefined, AbortSignal.timeout(OPENING_MS));
    const { signal } = request;
    if (signal.aborted) incoming.destroy();
    else signal.addEventListener('abort', () => incoming.destroy(), { once: true });
    return incoming;
  }

  async function stateless(request: Request, given: Admitted): Promise<Response> {
    const opens = given.body.messages.some(({ method }) => method === 'initialize');
    const incoming = await (opens ? opening(request, given) : exchange(request, given));
    const id = sessionIdOf(incoming);
    if (id !== undefined && opens) {
      if (!warned) warn(KEEPS_SESSIONS);
      warned = true;
      // Nobody will ever use it: the id is not handed on, because nothing would bind it to its user.
      sessions.tellEnd(id, given.principal);
    }
    // No answer would find its way back to what asks, wherever the question went.
    return unasking(await answered(incoming, given.body), () => {
      throw new Error(ASKS);
    });
  }

  async function begin(request: Request, given: Admitted, session: Session): Promise<Response> {
    let begun = false;
    let id: string | undefined;
    try {
      const incoming = await opening(request, given);
      id = sessionIdOf(incoming);
      const response = await answered(incoming, given.body);
      begun = response.status === 200 && !request.signal.aborted;
      if (!begun) return response;
      sessions.begin(session.key, id, given.principal);
      response.headers.set('mcp-session-id', session.id);
      return response;
    } finally {
      if (!begun) {
        if (id !== undefined) sessions.tellEnd(id, given.principal);
        await session.end().catch(() => {});
      }
    }
  }

  async function goOn(request: Request, given: Admitted, session: Session): Promise<Response> {
    if (request.method === 'DELETE') {
      sessions.end(session.key, given.principal);
      return new Response(null, { status: 204 });
    }
    const known = sessions.find(session.key);
    if (known === undefined) return lost(session);
    // Before it is sent: a server that answers in JSON says nothing until the work is done.
    request.signal.addEventListener('abort', () => sessions.tellCancelled(known, given), { once: true });
    const incoming = await exchange(request, given, known.id);
    if (incoming.statusCode === 404) {
      incoming.resume();
      sessions.forget(session.key);
      return lost(session);
    }
    sessions.occupy(known, incoming);
    const response = await answered(incoming, given.body);
    return unasking(response, (question) => {
      if (known.id === undefined) throw new Error(ASKS);
      sessions.tellUnasked(known.id, given.principal, question);
    });
  }

  function unasking(response: Response, refuse: Parameters<typeof withoutQuestions>[2]): Response {
    return streams ? response : withoutQuestions(response, maxBytes, refuse);
  }

  async function answered(incoming: IncomingMessage, { messages }: Body): Promise<Response> {
    const response = await answerFrom(incoming, maxBytes);
    if (response.body === null && messages.some(({ kind }) => kind === 'request')) {
      throw new Error(`the server answered a request with ${response.status} and nothing else`);
    }
    return response;
  }

  return (request, given) => {
    refuseInexact(given.body);
    const { session } = given;
    if (session === undefined) return stateless(request, given);
    return session.begun ? begin(request, given, session) : goOn(request, given, session);
  };
}

/** The id that the server gave a session, where it is one. */
export function sessionIdOf({ headers }: IncomingMessage): string | undefined {
  const id = headers['mcp-session-id'];
  return typeof id === 'string' && SESSION_ID.test(id) ? id : undefined;
}

/** A request with its body, which is written from the value that was judged, and measured as it is. */
export function sentTo(method: string, headers: Record<string, string>, parsed: unknown): Omit<Sent, 'repeatable'> {
  if (method !== 'POST') return { method, headers };
  const body = JSON.stringify(parsed);
  return {
    method,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    body,
  };
}

function isRepeatable(method: string, { messages }: Body): boolean {
  return method === 'GET' || messages.every((message) => REPEATABLE.has(message.method));
}

/** The client begins a new one, as it must where a session is unknown. */
async function lost(session: Session): Promise<never> {
  await session.end().catch(() => {});
  throw new NotServed({ reason: 'session_unknown' });
}

function refuseInexact({ source }: Body): void {
  const number = source === undefined ? undefined : inexactNumber(source);
  if (number === undefined) return;
  const problem = `the number ${number.slice(0, 40)} cannot be carried exactly: send it as text`;
  throw new NotServed({ reason: 'arguments_invalid', problem });
}
