/**
 * Sessions of legacy clients on this instance. Each has a server of its own while it is in use; another instance, or
 * this one later, builds it anew from what the guard keeps of the session.
 */
import type { Session } from '../guard/sessions/sessions';
import { LiveSession, type SessionCall } from './live-session';
import type { BuildServer } from './pool';

/** Servers that are kept at a time; what one principal's clients left open does not push out those of others. */
const MAX_LIVE = 256;
const MAX_LIVE_OF_ONE = 16;
/** How long a server is kept that nobody uses. */
const IDLE_MS = 5 * 60_000;

interface Kept {
  readonly live: Promise<LiveSession>;
  readonly holder: string;
  session?: LiveSession;
  used: number;
}

export type ServeSession = (request: Request, call: SessionCall) => Promise<Response>;

export function sessionServer(build: BuildServer, streams: boolean, clock: () => number = Date.now): ServeSession {
  /** Least recently used first. */
  const kept = new Map<string, Kept>();

  function drop(key: string): void {
    const entry = kept.get(key);
    kept.delete(key);
    entry?.live.then((live) => live.close()).catch(() => {});
  }

  function makeRoom(holder: string): void {
    for (const [key, { session, used }] of kept) {
      if (clock() - used > IDLE_MS && session?.idle === true) drop(key);
    }
    const theirs = [...kept].filter(([, entry]) => entry.holder === holder);
    const crowd = theirs.length >= MAX_LIVE_OF_ONE ? theirs : kept.size >= MAX_LIVE ? [...kept] : [];
    const [oldest] = [...crowd.filter(([, { session }]) => session?.idle === true), ...crowd];
    if (oldest !== undefined) drop(oldest[0]);
  }

  async function started(call: SessionCall, request: Request): Promise<LiveSession> {
    const live = new LiveSession(await build(), call.session, streams);
    await live.start(call, request);
    return live;
  }

  function liveOf(call: SessionCall, request: Request): Promise<LiveSession> {
    const { key } = call.session;
    const holder = `${call.principal.kind} ${call.principal.id}`;
    const known = kept.get(key);
    if (known === undefined) makeRoom(holder);
    const entry: Kept = known ?? { live: started(call, request), holder, used: 0 };
    entry.used = clock();
    kept.delete(key);
    kept.set(key, entry);
    if (known === undefined) {
      entry.live.then(
        (live) => {
          entry.session = live;
        },
        () => kept.get(key) === entry && kept.delete(key),
      );
    }
    return entry.live;
  }

  return async (request, call) => {
    const { session } = call;
    if (request.method === 'DELETE') {
      drop(session.key);
      return new Response(null, { status: 204 });
    }
    const live = await liveOf(call, request);
    const response = await live.serve(request, call);
    if (session.begun && response.status !== 200) await ended(session);
    return response;
  };

  async function ended(session: Session): Promise<void> {
    drop(session.key);
    await session.end().catch(() => {});
  }
}
