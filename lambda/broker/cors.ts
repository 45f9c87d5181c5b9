/**
 * Cross-origin reading of what is public anyway, or holds no cookie: documents, token, revocation, registration.
 * Where a server names its browser origins, the gateway answers for them and this adds nothing; where it names
 * none, any page may, without credentials. Pages that people see are never among them.
 */
import { BrokerRoute } from '../../lib/private/contract';
import type { BrokerConfig } from './config';

type Headers = Record<string, string>;

const READABLE: ReadonlySet<string> = new Set(
  [BrokerRoute.token, BrokerRoute.revoke, BrokerRoute.register].map((route) => route.split(' ')[1] ?? ''),
);

export function isReadableAcrossOrigins(path: string): boolean {
  return path.startsWith('/.well-known/') || READABLE.has(path);
}

export function crossOrigin(config: Pick<BrokerConfig, 'allowedOrigins'>): Headers {
  return config.allowedOrigins.length === 0 ? { 'Access-Control-Allow-Origin': '*' } : {};
}

/** Clients send `MCP-Protocol-Version` with discovery, which makes browsers ask first. */
export function preflight(config: Pick<BrokerConfig, 'allowedOrigins'>): Headers {
  if (config.allowedOrigins.length > 0) return {};
  return {
    ...crossOrigin(config),
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, MCP-Protocol-Version',
    'Access-Control-Max-Age': '86400',
  };
}
