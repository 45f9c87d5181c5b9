import { Duration } from 'aws-cdk-lib';
import { CorsHttpMethod, type CorsPreflightOptions } from 'aws-cdk-lib/aws-apigatewayv2';

/**
 * What named web pages may send and read. API Gateway's CORS settings count for the whole API and replace what
 * a function answers, so they are used only when there are named origins.
 */
export function corsFor(
  allowedOrigins: readonly string[],
  contextHeaders: readonly string[],
): CorsPreflightOptions | undefined {
  if (allowedOrigins.length === 0) return undefined;
  return {
    allowOrigins: [...allowedOrigins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.DELETE, CorsHttpMethod.OPTIONS],
    allowHeaders: pageHeaders(contextHeaders),
    exposeHeaders: ['WWW-Authenticate', 'Mcp-Session-Id'],
    maxAge: Duration.hours(1),
  };
}

/** Headers that a page may send to the MCP path. */
export function pageHeaders(contextHeaders: readonly string[]): string[] {
  return [
    'authorization',
    'content-type',
    'accept',
    'mcp-protocol-version',
    'mcp-method',
    'mcp-name',
    'mcp-session-id',
    'last-event-id',
    'traceparent',
    'tracestate',
    ...contextHeaders,
  ];
}
