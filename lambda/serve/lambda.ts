/**
 * API Gateway HTTP API, payload format 2.0, to fetch and back
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
 * The response is buffered: an HTTP API does not stream.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { requireGuarded } from './guarded';
import { traceRoot } from './trace-root';

export type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

/** @throws when `server`, the default export of the user's module, was not made by `serve()`. */
export function lambdaHandler(server: unknown): Handler {
  const fetch = requireGuarded(server).start({ streams: false });
  return async (event, context) => {
    const response = await fetch(requestFrom(event), {
      requestId: event.requestContext.requestId,
      traceId: traceRoot(event.headers['x-amzn-trace-id']),
      remainingMs: context.getRemainingTimeInMillis(),
    });
    return resultFrom(response);
  };
}

export function requestFrom(event: APIGatewayProxyEventV2): Request {
  const { method } = event.requestContext.http;
  const query = event.rawQueryString === '' ? '' : `?${event.rawQueryString}`;
  const body = event.body !== undefined && event.isBase64Encoded ? Buffer.from(event.body, 'base64') : event.body;
  return new Request(`https://${event.requestContext.domainName}${event.rawPath}${query}`, {
    method,
    headers: Object.entries(event.headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
    body: method === 'GET' || method === 'HEAD' ? undefined : body,
  });
}

export async function resultFrom(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
  };
}
