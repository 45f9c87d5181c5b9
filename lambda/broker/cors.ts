/**
 * Cross-origin reading of what is public anyway, or holds no cookie: documents, token, revocation, registration.
 * Where a server names its browser origins, an HTTP API answers for them and this adds nothing, a REST API leaves it
 * to this; where it names none, any page may, without credentials. Pages that people see are never among them.
 */
import { BrokerRoute } from '../../lib/private/contract';
import { answerFor, type CorsFacts, preflightFor } from '../cors';

type Headers = Record<string, string>;

const READABLE: ReadonlySet<string> = new Set(
  [BrokerRoute.token, BrokerRoute.revoke, BrokerRoute.register].map((route) => route.split(' ')[1] ?? ''),
);

export function isReadableAcrossOrigins(path: string): boolean {
  return path.startsWith('/.well-known/') || READABLE.has(path);
}

/** Preflights of the MCP path come here where nobody before this answers them: they have no token, so not to the guard. */
export function takesPreflight(path: string, { resource, cors }: CorsFacts & { readonly resource: string }): boolean {
  return isReadableAcrossOrigins(path) || (cors !== undefined && path === new URL(resource).pathname);
}

export function crossOrigin(config: CorsFacts, origin: string | undefined): Headers {
  return config.allowedOrigins.length === 0 ? { 'Access-Control-Allow-Origin': '*' } : answerFor(origin, config);
}

/** Clients send `MCP-Protocol-Version` with discovery, which makes browsers ask first. */
export function preflight(config: CorsFacts, origin: string | undefined): Headers {
  if (config.allowedOrigins.length > 0) return preflightFor(origin, config);
  return {
    ...crossOrigin(config, origin),
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, MCP-Protocol-Version',
    'Access-Control-Max-Age': '86400',
  };
}
