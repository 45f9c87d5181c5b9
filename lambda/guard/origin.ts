/**
 * Origin and Host. A browser page of an origin nobody named must not reach the server even with a token it
 * got hold of, and a name that merely resolves to the server's address (DNS rebinding) is not the server.
 */
import { ok, type Result, refuse } from './result';

export interface OriginFacts {
  /** Host, port included where it is not the default, of the MCP URL. */
  readonly host: string;
  /** Origins that may call from a browser; the MCP URL's own is among them. */
  readonly origins: ReadonlySet<string>;
}

export function admitOrigin(headers: Headers, facts: OriginFacts): Result<void> {
  const origin = headers.get('origin');
  if (origin !== null && !facts.origins.has(origin)) return refuse({ reason: 'origin_not_allowed' });
  const host = headers.get('host');
  if (host !== null && host.toLowerCase() !== facts.host) return refuse({ reason: 'host_not_allowed' });
  return ok(undefined);
}
