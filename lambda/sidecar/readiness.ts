/**
 * Whether the server behind the guard takes calls. A connection is no sign: the system takes it, not the server. At
 * first it is to begin as it would for a client, because a server that cannot be built still answers other requests;
 * from then on it is to answer at all, even that it has too much to do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Principal } from '../guard/principal';
import type { Send } from './connection';
import { upstreamHeaders } from './headers';
import { sentTo, sessionIdOf } from './upstream';
import { INITIALIZE } from './upstream-tools';

/** What asks for `/health` waits longer: a process in the container 4 s, the load balancer 5 s. */
const READY_MS = 3_000;
/** A server may take longer to begin for the first time: whoever asks meanwhile hears that it is not ready yet. */
const BEGIN_MS = 60_000;

/** Servers may count on headers that say who calls: this is nobody's id, and holds nothing. */
const ASKER: Principal = {
  kind: 'machine',
  id: 'cdk-mcp/health',
  client: 'cdk-mcp/health',
  groups: [],
  scopes: [],
  claims: {},
  context: {},
};

/** Servers that know no HEAD may say so with it (RFC 9110, 15.6.2). */
const NOT_IMPLEMENTED = 501;

/** A server that has too much to do works: taken away, it would leave the others with more. */
const OVERLOADED = 503;

const HEADERS = new Headers({ accept: 'application/json, text/event-stream' });

export function readiness(send: Send): () => Promise<void> {
  let begun = false;
  let beginning: Promise<void> | undefined;

  async function begin(): Promise<void> {
    const sent = sentTo('POST', upstreamHeaders(HEADERS, ASKER), INITIALIZE);
    const incoming = await send({ ...sent, signal: AbortSignal.timeout(BEGIN_MS), repeatable: true });
    incoming.resume().on('error', () => {});
    const id = sessionIdOf(incoming);
    if (id !== undefined) end(id);
    refuseFailure('initialize', incoming.statusCode);
    begun = true;
  }

  /** Nobody will use the session; what the server makes of that changes nothing. */
  function end(id: string): void {
    const headers = upstreamHeaders(HEADERS, ASKER, id);
    send({ method: 'DELETE', headers, signal: AbortSignal.timeout(READY_MS), repeatable: true }).then(
      (incoming) => incoming.resume().on('error', () => {}),
      () => {},
    );
  }

  async function answer(): Promise<void> {
    const incoming = await send({
      method: 'HEAD',
      // Of a session that no server knows: one that is asked without any may begin one, and keep it.
      headers: upstreamHeaders(HEADERS, ASKER, 'cdk-mcp-health'),
      signal: AbortSignal.timeout(READY_MS),
      repeatable: true,
    });
    incoming.destroy();
    if (incoming.statusCode !== OVERLOADED) refuseFailure('HEAD', incoming.statusCode);
  }

  return async () => {
    if (begun) return answer();
    beginning ??= begin().finally(() => {
      beginning = undefined;
    });
    const late = sleep(READY_MS, undefined, { ref: false }).then(() => {
      throw new Error(`the server has not answered initialize for ${READY_MS / 1_000} s`);
    });
    await Promise.race([beginning, late]);
  };
}

function refuseFailure(asked: string, status = 0): void {
  if (status < 500 || status === NOT_IMPLEMENTED) return;
  throw new Error(`the server answered ${status} to ${asked}: it is sent calls when it answers less than 500`);
}
