/**
 * Cross-origin reading of what is public anyway. Where a server names its browser origins, the gateway answers
 * for them and this adds nothing; where it names none, any page may read the documents, without credentials.
 */
import type { BrokerConfig } from './config';

type Headers = Record<string, string>;

export function crossOrigin(config: Pick<BrokerConfig, 'allowedOrigins'>): Headers {
  return config.allowedOrigins.length === 0 ? { 'Access-Control-Allow-Origin': '*' } : {};
}

/** Clients send `MCP-Protocol-Version` with discovery, which makes browsers ask first. */
export function preflight(config: Pick<BrokerConfig, 'allowedOrigins'>): Headers {
  if (config.allowedOrigins.length > 0) return {};
  return {
    ...crossOrigin(config),
    'Access-Control-Allow-Methods': 'GET, OPTIONS',
    'Access-Control-Allow-Headers': 'MCP-Protocol-Version',
    'Access-Control-Max-Age': '86400',
  };
}
