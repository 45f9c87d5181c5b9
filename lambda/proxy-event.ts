/**
 * Events of API Gateway for what buffers: of an HTTP API (payload format 2.0) and of a REST API (proxy integration,
 * 1.0). The two differ in where things are, in how query and cookies are spelled, and in the case of header names.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyResult,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import type { BrokerRequest, Reply } from './broker/http';

export type ProxyEvent = APIGatewayProxyEvent | APIGatewayProxyEventV2;
export type ProxyResult = APIGatewayProxyResult | APIGatewayProxyStructuredResultV2;

export function requestFrom(event: ProxyEvent): BrokerRequest {
  return isHttpApi(event) ? ofHttpApi(event) : ofRestApi(event);
}

export function resultFrom(event: ProxyEvent, { status, headers, cookies, body }: Reply): ProxyResult {
  if (isHttpApi(event)) return { statusCode: status, headers: { ...headers }, cookies: cookies && [...cookies], body };
  return {
    statusCode: status,
    headers: { ...headers },
    multiValueHeaders: cookies && { 'Set-Cookie': [...cookies] },
    body: body ?? '',
  };
}

function isHttpApi(event: ProxyEvent): event is APIGatewayProxyEventV2 {
  return (event as Partial<APIGatewayProxyEventV2>).version === '2.0';
}

function ofHttpApi(event: APIGatewayProxyEventV2): BrokerRequest {
  const { http, requestId } = event.requestContext;
  return {
    method: http.method,
    path: event.rawPath,
    queryText: event.rawQueryString,
    body: textOf(event.body, event.isBase64Encoded),
    headers: event.headers,
    cookies: event.cookies ?? [],
    source: http.sourceIp,
    requestId,
  };
}

function ofRestApi(event: APIGatewayProxyEvent): BrokerRequest {
  const { identity, requestId } = event.requestContext;
  return {
    method: event.httpMethod,
    path: event.path,
    queryText: queryTextOf(event),
    body: textOf(event.body ?? undefined, event.isBase64Encoded),
    headers: headersOf(event),
    cookies: valuesOf(event, 'cookie'),
    source: identity.sourceIp,
    requestId,
  };
}

interface MultiValueHeaders {
  /** Absent where there is none. */
  readonly multiValueHeaders: Readonly<Record<string, readonly string[] | undefined>> | null;
}

/** Headers of an event 1.0 under names in lower case; one that came twice is both, as in an event 2.0. */
export function headersOf(event: MultiValueHeaders): Record<string, string | undefined> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    const key = name.toLowerCase();
    for (const value of values ?? []) headers[key] = headers[key] === undefined ? value : `${headers[key]},${value}`;
  }
  return headers;
}

/** The query of an event 1.0, which comes decoded, spelled again; empty: there is none. */
export function queryTextOf({
  multiValueQueryStringParameters: parameters,
}: Pick<APIGatewayProxyEvent, 'multiValueQueryStringParameters'>): string {
  const pairs = Object.entries(parameters ?? {}).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  );
  return new URLSearchParams(pairs).toString();
}

function valuesOf({ multiValueHeaders }: MultiValueHeaders, name: string): string[] {
  return Object.entries(multiValueHeaders ?? {}).flatMap(([key, values]) =>
    key.toLowerCase() === name ? [...(values ?? [])] : [],
  );
}

function textOf(body: string | undefined, isBase64Encoded: boolean): string {
  if (body === undefined) return '';
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}
