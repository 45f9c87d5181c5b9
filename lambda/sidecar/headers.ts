/** What the server behind the guard is told in headers: what the protocol says, and what the guard says itself. */
import type { Principal } from '../guard/principal';
import { currentTrace } from '../guard/tracing/call-trace';
import { principalHeaders } from './principal-headers';

/** Headers that go on as they came. The rest has a meaning to some server or framework, and none that was checked. */
const FORWARDED: ReadonlySet<string> = new Set(['accept', 'accept-language', 'last-event-id']);

/** Those of the protocol, spelled in one way: some servers take `_` for `-`. */
const OF_PROTOCOL = /^mcp-[a-z0-9-]+$/;

/** The client's session is the guard's; the server has one of its own. */
const SESSION = 'mcp-session-id';

export function upstreamHeaders(received: Headers, principal: Principal, session?: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of received) {
    if (FORWARDED.has(name) || (OF_PROTOCOL.test(name) && name !== SESSION)) headers[name] = value;
  }
  if (session !== undefined) headers[SESSION] = session;
  // Last, so that nothing the caller sent stands in their place.
  return Object.assign(headers, traceHeaders(), principal.context, principalHeaders(principal));
}

/** The call's place among traces as the guard settled it, which need not be what the caller asked for. */
function traceHeaders(): Record<string, string> | undefined {
  const trace = currentTrace();
  if (trace === undefined) return undefined;
  const { traceparent, tracestate } = trace;
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
