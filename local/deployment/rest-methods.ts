import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Resource } from './reader';
import type { RestAuthorizerSpec } from './rest-authorizers';

/** A method of a resource: `POST`, or `ANY`. */
export interface MethodSpec {
  readonly httpMethod: string;
  readonly authorizer?: RestAuthorizerSpec;
  readonly integration: RestIntegration;
}

export type RestIntegration = LambdaIntegration | HttpIntegration | MockIntegration;

export interface LambdaIntegration {
  readonly kind: 'lambda';
  readonly functionArn: string;
  readonly streaming: boolean;
  readonly timeoutMs: number;
}

/** An HTTP proxy through a VPC link to a load balancer. */
export interface HttpIntegration {
  readonly kind: 'http';
  /** As deployed: scheme and port say which listener is meant. */
  readonly uri: string;
  /** What the target is told it is called: the local name of the URL's host. */
  readonly host: string;
  readonly httpMethod: string;
  /** ARN of the load balancer, or of its listener. */
  readonly target: string;
  readonly linkId: string;
  readonly streaming: boolean;
  readonly timeoutMs: number;
  /** `integration.request.header.<name>` and where its value comes from. */
  readonly requestParameters: Readonly<Record<string, string>>;
}

/** API Gateway answers itself. */
export interface MockIntegration {
  readonly kind: 'mock';
  readonly status: number;
  /** Headers with their values in quotes. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface IntegrationProperties {
  readonly Type: string;
  readonly Uri?: string;
  readonly IntegrationHttpMethod?: string;
  readonly ConnectionType?: string;
  readonly ConnectionId?: string;
  readonly IntegrationTarget?: string;
  readonly ResponseTransferMode?: string;
  readonly TimeoutInMillis?: number | string;
  readonly RequestParameters?: Readonly<Record<string, string>>;
  readonly RequestTemplates?: Readonly<Record<string, string>>;
  readonly IntegrationResponses?: readonly {
    readonly StatusCode: string | number;
    readonly SelectionPattern?: string;
    readonly ResponseParameters?: Readonly<Record<string, string>>;
    readonly ResponseTemplates?: Readonly<Record<string, string>>;
  }[];
}

const MIN_TIMEOUT_MS = 50;
/** What an account gets without asking for more. */
const BUFFERED_TIMEOUT_MS = 29_000;
const STREAMED_TIMEOUT_MS = 900_000;

const INVOCATIONS = /:lambda:path\/2015-03-31\/functions\/(arn:aws:lambda:[\w-]+:\d+:function:[\w-]+)\/invocations$/;
const STREAMING_INVOCATIONS =
  /:lambda:path\/2021-11-15\/functions\/(arn:aws:lambda:[\w-]+:\d+:function:[\w-]+)\/response-streaming-invocations$/;

export function readMethod(
  method: Resource,
  authorizers: readonly RestAuthorizerSpec[],
  origins: readonly OriginRow[],
): MethodSpec {
  if (String(method.property('ApiKeyRequired') ?? false) === 'true') {
    throw new LocalFailure(`the method ${method.logicalId} wants an API key, which nobody has here: leave it out`);
  }
  const secured = method.oneOf('AuthorizationType', ['NONE', 'CUSTOM'], 'NONE') === 'CUSTOM';
  const authorizer = authorizers.find(({ id }) => id === method.property('AuthorizerId'));
  if (secured && !authorizer) {
    throw new LocalFailure(`the method ${method.logicalId} wants an authorizer, but names none of its API`);
  }
  return {
    httpMethod: method.required('HttpMethod'),
    authorizer: secured ? authorizer : undefined,
    integration: readIntegration(
      method.logicalId,
      method.required<IntegrationProperties>('Integration'),
      origins,
      method.deployed<IntegrationProperties>('Integration')?.Uri,
    ),
  };
}

function readIntegration(
  logicalId: string,
  integration: IntegrationProperties,
  origins: readonly OriginRow[],
  deployedUri: string | undefined,
): RestIntegration {
  const mode = integration.ResponseTransferMode ?? 'BUFFERED';
  if (!['BUFFERED', 'STREAM'].includes(mode)) {
    throw new LocalFailure(`ResponseTransferMode of ${logicalId} is ${mode}: use BUFFERED or STREAM`);
  }
  const streaming = mode === 'STREAM';
  switch (integration.Type) {
    case 'AWS_PROXY':
      return readLambda(logicalId, integration, streaming);
    case 'HTTP_PROXY':
      return readHttp(logicalId, integration, streaming, origins, deployedUri);
    case 'MOCK':
      return readMock(logicalId, integration);
    default:
      throw new LocalFailure(
        `the integration of ${logicalId} is ${integration.Type}: use AWS_PROXY, HTTP_PROXY or MOCK to run it here`,
      );
  }
}

function readLambda(logicalId: string, integration: IntegrationProperties, streaming: boolean): LambdaIntegration {
  const uri = integration.Uri ?? '';
  const [, functionArn] = (streaming ? STREAMING_INVOCATIONS : INVOCATIONS).exec(uri) ?? [];
  if (!functionArn) {
    throw new LocalFailure(
      `Uri of ${logicalId} (${uri}) is not that of a function for ResponseTransferMode ${streaming ? 'STREAM' : 'BUFFERED'}: ` +
        'streaming wants …/2021-11-15/functions/<arn>/response-streaming-invocations, else …/2015-03-31/functions/<arn>/invocations',
    );
  }
  if (integration.IntegrationHttpMethod !== 'POST') {
    throw new LocalFailure(`IntegrationHttpMethod of ${logicalId} must be POST: functions are invoked by no other`);
  }
  return { kind: 'lambda', functionArn, streaming, timeoutMs: timeoutOf(logicalId, integration, streaming) };
}

function readHttp(
  logicalId: string,
  integration: IntegrationProperties,
  streaming: boolean,
  origins: readonly OriginRow[],
  deployedUri: string | undefined,
): HttpIntegration {
  const { ConnectionType, ConnectionId, IntegrationTarget, Uri } = integration;
  if (ConnectionType !== 'VPC_LINK' || !ConnectionId || !IntegrationTarget) {
    throw new LocalFailure(
      `the HTTP_PROXY of ${logicalId} does not lead through a VPC link with an IntegrationTarget: nothing else is reached from here`,
    );
  }
  if (Uri === undefined || !/^https?:\/\/[^/]+\//.test(Uri)) {
    throw new LocalFailure(`Uri of ${logicalId} (${Uri}) must be a whole URL, with host and path`);
  }
  const requestParameters = integration.RequestParameters ?? {};
  const foreign = Object.keys(requestParameters).filter((name) => !/^integration\.request\.(header|path)\./.test(name));
  if (foreign.length > 0) {
    throw new LocalFailure(
      `RequestParameters of ${logicalId} has ${foreign.join(', ')}: only headers and path parameters are set here`,
    );
  }
  return {
    kind: 'http',
    uri: deployedUri ?? Uri,
    host: new URL(localUri(Uri, origins)).host,
    httpMethod: integration.IntegrationHttpMethod ?? 'ANY',
    target: IntegrationTarget,
    linkId: ConnectionId,
    streaming,
    timeoutMs: timeoutOf(logicalId, integration, streaming),
    requestParameters,
  };
}

/** What is named over plain HTTP is no origin of the table, but the host is: it becomes the `Host` of the request. */
function localUri(uri: string, origins: readonly OriginRow[]): string {
  return uri.replace(/^http:\/\/[^/]+/, (origin) => {
    return origins.find(({ deployed }) => deployed === origin.replace('http:', 'https:'))?.local ?? origin;
  });
}

function timeoutOf(logicalId: string, { TimeoutInMillis }: IntegrationProperties, streaming: boolean): number {
  const most = streaming ? STREAMED_TIMEOUT_MS : BUFFERED_TIMEOUT_MS;
  const timeoutMs = Number(TimeoutInMillis ?? BUFFERED_TIMEOUT_MS);
  if (timeoutMs < MIN_TIMEOUT_MS || timeoutMs > most) {
    throw new LocalFailure(
      `TimeoutInMillis of ${logicalId} is ${timeoutMs}: REST APIs take ${MIN_TIMEOUT_MS} to ${most} in this mode, more only where AWS raised the quota`,
    );
  }
  return timeoutMs;
}

/** The one answer of a mock: what its request template chooses. Templates are not evaluated, so they must be text. */
function readMock(logicalId: string, integration: IntegrationProperties): MockIntegration {
  const template = integration.RequestTemplates?.['application/json'] ?? '';
  const [, status] = /^\{\s*"?statusCode"?\s*:\s*(\d{3})\s*\}$/.exec(template.trim()) ?? [];
  if (!status) {
    throw new LocalFailure(`the mock of ${logicalId} needs the request template {"statusCode": <number>} to run here`);
  }
  const responses = integration.IntegrationResponses ?? [];
  const chosen =
    responses.find((one) => one.SelectionPattern && new RegExp(`^(?:${one.SelectionPattern})$`).test(status)) ??
    responses.find((one) => !one.SelectionPattern);
  if (!chosen) throw new LocalFailure(`the mock of ${logicalId} has no integration response for ${status}`);
  const body = chosen.ResponseTemplates?.['application/json'] ?? '';
  if (/[#$]/.test(body)) {
    throw new LocalFailure(`the mock of ${logicalId} computes its answer by a template, which is not evaluated here`);
  }
  const prefix = 'method.response.header.';
  return {
    kind: 'mock',
    status: Number(chosen.StatusCode),
    headers: Object.fromEntries(
      Object.entries(chosen.ResponseParameters ?? {}).map(([name, value]) => [name.slice(prefix.length), value]),
    ),
    body,
  };
}
