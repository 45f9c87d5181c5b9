/** The protected resource metadata (RFC 9728) of a server whose authorization server is another's, and nothing else. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { crossOrigin, preflight } from '../broker/cors';
import { protectedResourceMetadata } from '../broker/documents';
import type { DocumentsConfig } from './config';

/** Seconds that a client or a cache may keep the document. */
const MAX_AGE = 300;

/** Answers events of an HTTP API, payload format 2.0, from configuration alone. */
export function documentsHandler(config: DocumentsConfig) {
  const body = JSON.stringify(protectedResourceMetadata(config));
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': `public, max-age=${MAX_AGE}` };
  return async ({ requestContext }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const { method } = requestContext.http;
    if (method === 'OPTIONS') return { statusCode: 204, headers: preflight(config) };
    if (method !== 'GET') return { statusCode: 405, headers: { Allow: 'GET, OPTIONS' } };
    return { statusCode: 200, headers: { ...headers, ...crossOrigin(config) }, body };
  };
}
