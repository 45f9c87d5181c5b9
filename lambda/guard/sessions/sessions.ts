/**
 * Sessions of clients of 2025-11-25 and older (MCP 2025-11-25, transports, session management). A session says what a
 * client told the server before; it says nothing of who the client is, which the token alone proves on every request.
 */
import { GuardVariable } from '../../../lib/private/contract';
import { homeSuffix } from '../../regions';
import type { GuardConfig } from '../config';
import type { Table } from '../dynamodb';
import { isLegacy } from '../era';
import type { Body, Message } from '../message';
import type { Principal } from '../principal';
import { SlidingWindow } from '../rate/sliding-window';
import { ok, type Result, refuse } from '../result';
import { firstState, type SessionState, stateAfter } from './session-state';
import { SessionStore } from './session-store';

/** The session of one request. */
export interface Session {
  readonly id: string;
  /** The same for every request of the session, and of no other; it does not give the id away. */
  readonly key: string;
  /** Begun by this request. */
  readonly begun: boolean;
  /** Rises with what the client tells; that of `after`. */
  readonly version: number;
  /** What the client told before this request, and with it. */
  readonly before: SessionState;
  readonly after: SessionState;
  /** Ends a session that its first request did not bring to life. */
  end(): Promise<unknown>;
}

export interface SessionRequest {
  readonly method: string;
  readonly headers: Headers;
  readonly body: Body;
  readonly principal: Principal;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Sessions {
  /** Whether this is a method without a body that belongs to sessions: GET opens a stream, DELETE ends. */
  takes(method: string): boolean;
  /** The refusal of another method, with those that are allowed. */
  refused(head: Result<never>): Result<never>;
  /** Undefined: a request that has no session. */
  of(request: SessionRequest): Promise<Result<Session | undefined>>;
}

export interface SessionOptions {
  /** The guard's own table; undefined: there is none. */
  readonly table: Table | undefined;
  /** Whether the transport streams; otherwise there is no stream to open by GET. */
  readonly streams: boolean;
  /** Whether the principal may still see a resource it subscribed to. */
  readonly mayRead: (principal: Principal, uri: string) => boolean;
}

/** As they are made here; a list, whether of headers or in one, is no id. */
const ID = /^[A-Za-z0-9_-]{43}(?:\.[a-z0-9-]{4,32})?$/;

/** Characters that are kept of a session: what a client may make us store is bounded. */
const MAX_STATE = 64 * 1024;

/** Sessions that one principal may begin in a minute: each is an item in the table. */
const BEGUN_PER_MINUTE = 300;

/** Changes of one session at the same time, on several instances, that are tried again. */
const ATTEMPTS = 4;

/** Undefined: the server keeps none. @throws when it is to keep them and has no table. */
export function createSessions({ policy, regions }: GuardConfig, options: SessionOptions): Sessions | undefined {
  if (policy.sessions === undefined) return undefined;
  if (options.table === undefined) {
    throw new Error(
      `${GuardVariable.state} is 'none', and the policy asks for sessions: deploy with SecureMcpServer, which sets it`,
    );
  }
  const begun = new SlidingWindow(BEGUN_PER_MINUTE, 60);
  const store = new SessionStore(options.table, policy.sessions.seconds, homeSuffix(regions));

  async function begin(message: Message, { body, principal, now }: SessionRequest): Promise<Result<Session>> {
    const state = firstState(message);
    if (body.batch || state === undefined) return refuse({ reason: 'not_json_rpc' });
    if (!fits(state)) return refuse({ reason: 'body_too_large' });
    const holder = `${principal.kind} ${principal.id}`;
    const wait = begun.wait(holder, '', 1, now);
    if (wait > 0) return refuse({ reason: 'rate_limited', retryAfterSeconds: Math.ceil(wait / 1000) });
    begun.add(holder, '', 1, now);
    const { id, stored } = await store.begin(principal, state, now);
    const { key, version } = stored;
    return ok({ id, key, begun: true, version, before: state, after: state, end: () => store.end(key) });
  }

  async function go(id: string, request: SessionRequest): Promise<Result<Session>> {
    const { method, body, principal, now } = request;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await store.find(id, principal, now);
      if (stored === undefined) return refuse({ reason: 'session_unknown' });
      const { key, state } = stored;
      const after = stateAfter(state, body.messages);
      if (!fits(after)) return refuse({ reason: 'body_too_large' });
      const changed = after !== state;
      const session: Session = {
        id,
        key,
        begun: false,
        version: stored.version + (changed ? 1 : 0),
        before: readable(state, principal),
        after: readable(after, principal),
        end: () => store.end(key),
      };
      if (method === 'DELETE') {
        return (await store.end(key)) ? ok(session) : refuse({ reason: 'session_unknown' });
      }
      if (changed ? await store.save(id, stored, after, now) : await store.touch(stored, now)) {
        return ok(session);
      }
    }
    return refuse({ reason: 'sessions_unavailable' });
  }

  /** Rights may have changed since a resource was subscribed to. */
  function readable(state: SessionState, principal: Principal): SessionState {
    return { ...state, subscriptions: state.subscriptions.filter((uri) => options.mayRead(principal, uri)) };
  }

  const bodiless = options.streams ? ['GET', 'DELETE'] : ['DELETE'];
  const allow = ['POST', ...bodiless].join(', ');
  return {
    takes: (method) => bodiless.includes(method),
    refused: (head) =>
      !head.ok && head.refusal.reason === 'method_not_allowed' ? refuse({ ...head.refusal, allow }) : head,
    async of(request) {
      const { headers, body } = request;
      if (!isLegacy(headers, body)) return ok(undefined);
      try {
        const initialize = body.messages.find(({ kind, method }) => kind === 'request' && method === 'initialize');
        if (initialize !== undefined) return await begin(initialize, request);
        const id = headers.get('mcp-session-id');
        if (id === null) return refuse({ reason: 'session_missing' });
        return ID.test(id) ? await go(id, request) : refuse({ reason: 'session_unknown' });
      } catch {
        // Nobody goes on with a session on the word of a table that does not answer.
        return refuse({ reason: 'sessions_unavailable' });
      }
    },
  };
}

function fits(state: SessionState): boolean {
  return JSON.stringify(state).length <= MAX_STATE;
}
