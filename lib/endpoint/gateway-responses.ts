import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';

interface Answer {
  readonly type: ResponseType;
  /** @default - API Gateway's own */
  readonly status?: number;
  /** Of JSON-RPC 2.0. */
  readonly code: number;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const SERVER_ERROR = -32000;
const INTERNAL_ERROR = -32603;

/**
 * What API Gateway says itself, in the guard's words: nothing of what is behind it. API Gateway leaves these headers as
 * they are, so that the challenge (RFC 9728 §5.1) reaches the client.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
function answers(resourceMetadataUrl: string): Answer[] {
  return [
    {
      type: ResponseType.UNAUTHORIZED,
      status: 401,
      code: SERVER_ERROR,
      message: 'A valid access token is required',
      headers: { 'WWW-Authenticate': `Bearer resource_metadata="${resourceMetadataUrl}"` },
    },
    { type: ResponseType.ACCESS_DENIED, status: 403, code: SERVER_ERROR, message: 'Access denied' },
    {
      // The keys of the token's issuer could not be had: the guard says the same.
      type: ResponseType.AUTHORIZER_FAILURE,
      status: 503,
      code: INTERNAL_ERROR,
      message: 'The access token cannot be verified right now',
      headers: { 'Retry-After': '5' },
    },
    // Its name misleads: this is what API Gateway answers where there is no such method.
    { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, status: 404, code: SERVER_ERROR, message: 'Not found' },
    { type: ResponseType.RESOURCE_NOT_FOUND, status: 404, code: SERVER_ERROR, message: 'Not found' },
    {
      type: ResponseType.THROTTLED,
      status: 429,
      code: SERVER_ERROR,
      message: 'Too many requests',
      headers: { 'Retry-After': '1' },
    },
    { type: ResponseType.WAF_FILTERED, status: 403, code: SERVER_ERROR, message: 'Access denied' },
    { type: ResponseType.REQUEST_TOO_LARGE, status: 413, code: SERVER_ERROR, message: 'The request body is too large' },
    {
      // A service that is not reached, or a connection to it that broke: the guard says the same. What a load balancer
      // says is an answer to API Gateway, which hands it on as it is.
      type: ResponseType.INTEGRATION_FAILURE,
      status: 503,
      code: INTERNAL_ERROR,
      message: 'The server cannot take this call right now',
      headers: { 'Retry-After': '5' },
    },
    // Nothing about coming back, as of the guard's own deadline: the call took all its time, and would again.
    { type: ResponseType.INTEGRATION_TIMEOUT, status: 504, code: INTERNAL_ERROR, message: 'The request took too long' },
    { type: ResponseType.DEFAULT_4XX, code: SERVER_ERROR, message: 'Bad request' },
    { type: ResponseType.DEFAULT_5XX, code: INTERNAL_ERROR, message: 'Internal error' },
  ];
}

/**
 * `crossOrigin`: whether pages may read them. They say nothing that is not public, and an API cannot compare an origin
 * with a list here, so any page may.
 */
export function addGatewayResponses(api: RestApi, resourceMetadataUrl: string, crossOrigin: boolean): void {
  const cors = crossOrigin
    ? { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After' }
    : {};
  for (const { type, status, code, message, headers } of answers(resourceMetadataUrl)) {
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: status?.toString(),
      responseHeaders: Object.fromEntries(
        Object.entries({ ...headers, ...cors }).map(([name, value]) => [name, `'${value}'`]),
      ),
      templates: { 'application/json': bodyOf(code, message) },
    });
  }
}

function bodyOf(code: number, message: string): string {
  const error = { code, message, data: { errorId: '$context.requestId' } };
  return JSON.stringify({ jsonrpc: '2.0', error, id: null });
}
