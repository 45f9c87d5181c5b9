/** The protected resource metadata (RFC 9728) of a server whose authorization server is another's, and nothing else. */
import { crossOrigin, preflight } from '../broker/cors';
import { protectedResourceMetadata } from '../broker/documents';
import type { BrokerRequest, Reply } from '../broker/http';
import { type ProxyEvent, type ProxyResult, requestFrom, resultFrom } from '../proxy-event';
import type { DocumentsConfig } from './config';

/** Seconds that a client or a cache may keep the document. */
const MAX_AGE = 300;

/** Answers events of API Gateway from configuration alone. */
export function documentsHandler(config: DocumentsConfig) {
  const body = JSON.stringify(protectedResourceMetadata(config));
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': `public, max-age=${MAX_AGE}` };
  const replyTo = ({ method, headers: { origin } }: BrokerRequest): Reply => {
    if (method === 'OPTIONS') return { status: 204, headers: preflight(config, origin) };
    if (method !== 'GET') return { status: 405, headers: { Allow: 'GET, OPTIONS' } };
    return { status: 200, headers: { ...headers, ...crossOrigin(config, origin) }, body };
  };
  return async (event: ProxyEvent): Promise<ProxyResult> => resultFrom(event, replyTo(requestFrom(event)));
}
