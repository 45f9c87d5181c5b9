import type { APIGatewayProxyEvent } from 'aws-lambda';

/** An event of a REST API's proxy integration, format 1.0. */
export function restEvent(overrides: Partial<APIGatewayProxyEvent> = {}): APIGatewayProxyEvent {
  return {
    resource: '/mcp',
    path: '/mcp',
    httpMethod: 'POST',
    headers: null,
    multiValueHeaders: {},
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    body: null,
    isBase64Encoded: false,
    ...overrides,
    requestContext: { requestId: 'gateway-1', identity: { sourceIp: '192.0.2.7' }, ...overrides.requestContext },
  } as unknown as APIGatewayProxyEvent;
}
