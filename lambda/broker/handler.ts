/**
 * The public side of a server, in front of Cognito: what an MCP client reads before it has a token. Written
 * once at cold start and answered from memory; reachable without a token, so it reads no data at all.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { wellKnownPaths } from '../../lib/private/contract';
import { configFrom } from './config';
import { crossOrigin, preflight } from './cors';
import { authorizationServerMetadata, protectedResourceMetadata } from './documents';

/** Seconds that a client or a cache may keep a document. */
const MAX_AGE = 300;

const config = configFrom(process.env);
const documents = new Map<string, string>(
  wellKnownPaths(new URL(config.resource).pathname).map((path) => [
    path,
    JSON.stringify(
      path.includes('protected-resource') ? protectedResourceMetadata(config) : authorizationServerMetadata(config),
    ),
  ]),
);

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const document = documents.get(event.rawPath);
  if (document === undefined) return { statusCode: 404, headers: crossOrigin(config) };
  switch (event.requestContext.http.method) {
    case 'OPTIONS':
      return { statusCode: 204, headers: preflight(config) };
    case 'GET':
      return {
        statusCode: 200,
        headers: {
          'Content-Type': 'application/json',
          'Cache-Control': `public, max-age=${MAX_AGE}`,
          ...crossOrigin(config),
        },
        body: document,
      };
    default:
      return { statusCode: 405, headers: { Allow: 'GET, OPTIONS' } };
  }
}
