import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { ApiSpec } from '../deployment/apis';
import type { Grant } from './jwt-decision';
import type { RouteMatch } from './routes';

/** A request as it came in, its body read. */
export interface GatewayRequest {
  readonly id: string;
  readonly receivedAt: number;
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  /** Names and values alternating, as sent. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly port: number;
  readonly traceId: string;
}

/** Headers of one connection alone, which no event has; cookies have a field of their own. */
const DROPPED = [
  'connection',
  'cookie',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
];

/** What is text to an HTTP API; anything else, a form or no type at all, arrives in base64. */
const TEXT = /^(text\/.*|application\/(json|xml|javascript))$/;

/** The event of payload format 2.0. */
export function toEvent(
  api: ApiSpec,
  match: RouteMatch,
  request: GatewayRequest,
  body: Buffer,
  grant: Grant | undefined,
): APIGatewayProxyEventV2 {
  const { path, query } = splitTarget(request.target);
  const headers = eventHeaders(request, body);
  const base64 =
    body.length > 0 && !TEXT.test((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '');
  const cookies = headerValues(request.rawHeaders, 'cookie').flatMap((line) => line.split(/;\s*/).filter(Boolean));
  const context = {
    accountId: api.account,
    apiId: api.id,
    ...(grant ? { authorizer: { jwt: { claims: grant.claims, scopes: grant.scopes } } } : {}),
    domainName: headers.host ?? '',
    domainPrefix: (headers.host ?? '').split(/[.:]/)[0] ?? '',
    http: {
      method: request.method,
      path,
      protocol: 'HTTP/1.1',
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: request.id,
    routeKey: match.route.key,
    stage: api.stage.name,
    time: logTime(request.receivedAt),
    timeEpoch: request.receivedAt,
  };
  return {
    version: '2.0',
    routeKey: match.route.key,
    rawPath: path,
    rawQueryString: query,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(query ? { queryStringParameters: queryParameters(query) } : {}),
    requestContext: context as APIGatewayProxyEventV2['requestContext'],
    ...(Object.keys(match.pathParameters).length > 0 ? { pathParameters: match.pathParameters } : {}),
    ...(api.stage.variables ? { stageVariables: api.stage.variables } : {}),
    ...(body.length > 0 ? { body: body.toString(base64 ? 'base64' : 'utf8') } : {}),
    isBase64Encoded: base64,
  };
}

/** HTTP APIs hand the path on decoded and the query as it came. */
export function splitTarget(target: string): { path: string; query: string } {
  const mark = target.indexOf('?');
  const raw = mark < 0 ? target : target.slice(0, mark);
  return { path: decode(raw), query: mark < 0 ? '' : target.slice(mark + 1) };
}

export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/** `12/Mar/2026:19:03:58 +0000`, as access logs have it. */
export function logTime(epoch: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(epoch).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}

/** Lower-cased, values of one name joined by commas, with what API Gateway adds. */
function eventHeaders(request: GatewayRequest, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] as string).toLowerCase();
    const value = request.rawHeaders[index + 1] as string;
    if (!DROPPED.includes(name)) headers[name] = name in headers ? `${headers[name]},${value}` : value;
  }
  const forwarded = headers['x-forwarded-for'];
  return {
    ...headers,
    'content-length': String(body.length),
    'x-amzn-trace-id': `Root=${request.traceId}`,
    'x-forwarded-for': forwarded ? `${forwarded}, ${request.sourceIp}` : request.sourceIp,
    'x-forwarded-port': String(request.port),
    'x-forwarded-proto': 'http',
  };
}

function queryParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
