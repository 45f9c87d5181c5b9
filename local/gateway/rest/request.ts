import type { RestApiSpec } from '../../deployment/rest-apis';
import { type GatewayRequest, headerValues, logTime } from '../request';
import type { MethodMatch } from './resources';

/** A request at one of an API's addresses. */
export interface RestRequest extends GatewayRequest {
  /** Path without what the address puts before it: the stage, or the base path of a custom domain. */
  readonly path: string;
  /** The whole path as sent. */
  readonly fullPath: string;
  readonly query: string;
  readonly extendedId: string;
  /** The base path of a custom domain, `/` where there is none; undefined at an execute-api address. */
  readonly basePath?: string;
}

/** What of an authorizer's answer functions get to see. */
export interface AuthorizerContext {
  readonly principalId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly latencyMs: number;
}

type Multi = Record<string, string[]>;

/** Headers of one connection alone; they reach no function. */
const DROPPED = [
  'connection',
  'content-md5',
  'expect',
  'keep-alive',
  'max-forwards',
  'proxy-authenticate',
  'proxy-connection',
  'server',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
];

/** The event of a Lambda proxy integration, payload format 1.0. */
export function toProxyEvent(
  api: RestApiSpec,
  match: MethodMatch,
  request: RestRequest,
  body: Buffer,
  authorizer: AuthorizerContext | undefined,
) {
  const common = eventParts(api, match, request);
  const base64 = body.length > 0 && isBinary(api, headerValues(request.rawHeaders, 'content-type')[0]);
  const context = authorizer
    ? { principalId: authorizer.principalId, integrationLatency: authorizer.latencyMs, ...authorizer.context }
    : undefined;
  return {
    ...common,
    requestContext: { ...common.requestContext, ...(context ? { authorizer: context } : {}) },
    body: body.length > 0 ? body.toString(base64 ? 'base64' : 'utf8') : null,
    isBase64Encoded: base64,
  };
}

/** What a Lambda authorizer of the type REQUEST is given. */
export function toAuthorizerEvent(api: RestApiSpec, match: MethodMatch, request: RestRequest, methodArn: string) {
  return { type: 'REQUEST', methodArn, ...eventParts(api, match, request) };
}

/** `<api>/<stage>/<method>/<path>`: what a policy allows or denies. */
export function methodArnOf(api: RestApiSpec, request: RestRequest): string {
  return `arn:aws:execute-api:${api.region}:${api.account}:${api.id}/${api.stage.name}/${request.method}${request.path}`;
}

/** Bodies of these types travel in base64. */
export function isBinary(api: RestApiSpec, contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return api.binaryMediaTypes.some((one) => one === '*/*' || one.toLowerCase() === type);
}

function eventParts(api: RestApiSpec, { resource, pathParameters }: MethodMatch, request: RestRequest) {
  const multiValueHeaders = eventHeaders(request);
  const query = queryOf(request.query);
  const host = headerValues(request.rawHeaders, 'host')[0] ?? '';
  const atBasePath = request.basePath !== undefined && request.basePath !== '/';
  return {
    resource: resource.path,
    // Behind a base path the event has the whole path, behind a stage it has not.
    path: atBasePath ? request.fullPath : request.path,
    httpMethod: request.method,
    headers: lastOf(multiValueHeaders),
    multiValueHeaders,
    queryStringParameters: query && lastOf(query),
    multiValueQueryStringParameters: query,
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: api.stage.variables ?? null,
    requestContext: {
      accountId: api.account,
      apiId: api.id,
      deploymentId: api.stage.deploymentId,
      domainName: host,
      domainPrefix: host.split(/[.:]/)[0] ?? '',
      extendedRequestId: request.extendedId,
      httpMethod: request.method,
      identity: {
        accessKey: null,
        accountId: null,
        caller: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: request.sourceIp,
        user: null,
        userAgent: headerValues(request.rawHeaders, 'user-agent')[0] ?? null,
        userArn: null,
      },
      path: request.fullPath,
      protocol: 'HTTP/1.1',
      requestId: request.id,
      requestTime: logTime(request.receivedAt),
      requestTimeEpoch: request.receivedAt,
      resourceId: resource.id,
      resourcePath: resource.path,
      stage: api.stage.name,
    },
  };
}

/** Spelled as sent, all values of a name, with what API Gateway adds. */
export function eventHeaders(request: GatewayRequest): Multi {
  const headers: Multi = {};
  const names = new Map<string, string>();
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const sent = request.rawHeaders[index] as string;
    if (DROPPED.includes(sent.toLowerCase()) || /^x-(amzn-trace-id|forwarded-(for|port|proto))$/i.test(sent)) continue;
    const name = names.get(sent.toLowerCase()) ?? sent;
    names.set(sent.toLowerCase(), name);
    headers[name] = [...(headers[name] ?? []), request.rawHeaders[index + 1] as string];
  }
  const forwarded = headerValues(request.rawHeaders, 'x-forwarded-for').join(', ');
  return {
    ...headers,
    'X-Amzn-Trace-Id': [`Root=${request.traceId}`],
    'X-Forwarded-For': [forwarded ? `${forwarded}, ${request.sourceIp}` : request.sourceIp],
    'X-Forwarded-Port': [String(request.port)],
    'X-Forwarded-Proto': ['http'],
  };
}

function queryOf(query: string): Multi | null {
  if (query === '') return null;
  const parameters: Multi = {};
  for (const [name, value] of new URLSearchParams(query)) parameters[name] = [...(parameters[name] ?? []), value];
  return parameters;
}

function lastOf(values: Multi): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all[all.length - 1] as string]));
}
