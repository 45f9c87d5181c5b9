/** API Gateway HTTP API, payload format 2.0, to the broker and back. The configuration is read at cold start. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { createBroker } from './broker';
import { configFrom } from './config';
import type { BrokerRequest, Reply } from './http';

const broker = createBroker(configFrom(process.env));

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  return resultFrom(await broker(requestFrom(event)));
}

function requestFrom(event: APIGatewayProxyEventV2): BrokerRequest {
  const { http, requestId } = event.requestContext;
  const body = event.body ?? '';
  return {
    method: http.method,
    path: event.rawPath,
    queryText: event.rawQueryString,
    body: event.isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body,
    headers: event.headers,
    cookies: event.cookies ?? [],
    source: http.sourceIp,
    requestId,
  };
}

function resultFrom({ status, headers, cookies, body }: Reply): APIGatewayProxyStructuredResultV2 {
  return { statusCode: status, headers: { ...headers }, cookies: cookies && [...cookies], body };
}
