import { LocalFailure } from '../../failure';
import { headerValues, logTime } from '../request';
import type { RestRequest } from './request';

/** What is known about a request when it is over. */
export interface RestExchange {
  readonly request: RestRequest;
  readonly resourcePath?: string;
  readonly resourceId?: string;
  readonly status: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  readonly integration?: {
    readonly mode: 'BUFFERED' | 'STREAMED';
    readonly status?: number;
    readonly latencyMs: number;
    /** Until status and headers were there. */
    readonly headersMs?: number;
    readonly contentMs?: number;
    readonly error?: string;
  };
  readonly authorizer?: {
    readonly principalId?: string;
    readonly context?: Readonly<Record<string, string>>;
    readonly latencyMs?: number;
    readonly status?: number;
    readonly error?: string;
  };
  /** An answer API Gateway wrote itself. */
  readonly error?: { readonly message: string; readonly type: string };
  readonly waf?: { readonly status: number; readonly action: string; readonly webAcl: string };
}

export interface RestLogContext {
  readonly apiId: string;
  readonly accountId: string;
  readonly stage: string;
  readonly deploymentId: string;
}

type Variable = (exchange: RestExchange, context: RestLogContext) => string | number | undefined;

const host: Variable = ({ request }) => headerValues(request.rawHeaders, 'host')[0];
const integrationStatus: Variable = ({ integration }) => integration?.status;
const integrationLatency: Variable = ({ integration }) => integration?.latencyMs;
const integrationError: Variable = ({ integration }) => integration?.error;
const authorizerError: Variable = ({ authorizer }) => authorizer?.error;
const authorizerLatency: Variable = ({ authorizer }) => authorizer?.latencyMs;
const authorizerStatus: Variable = ({ authorizer }) => authorizer?.status;
const nothing: Variable = () => undefined;

/** `$context` variables of REST APIs' access logs. */
const VARIABLES: Readonly<Record<string, Variable>> = {
  accountId: (_, context) => context.accountId,
  apiId: (_, context) => context.apiId,
  'authorize.error': authorizerError,
  'authorize.latency': authorizerLatency,
  'authorize.status': authorizerStatus,
  'authorizer.error': authorizerError,
  'authorizer.integrationLatency': authorizerLatency,
  'authorizer.integrationStatus': authorizerStatus,
  'authorizer.latency': authorizerLatency,
  'authorizer.principalId': ({ authorizer }) => authorizer?.principalId,
  'authorizer.requestId': nothing,
  'authorizer.status': authorizerStatus,
  'customDomain.basePathMatched': ({ request }) => request.basePath,
  deploymentId: (_, context) => context.deploymentId,
  domainName: host,
  domainPrefix: (exchange, context) => String(host(exchange, context) ?? '').split(/[.:]/)[0],
  'error.message': ({ error }) => error?.message,
  'error.messageString': ({ error }) => error && JSON.stringify(error.message),
  'error.responseType': ({ error }) => error?.type,
  'error.validationErrorString': nothing,
  extendedRequestId: ({ request }) => request.extendedId,
  httpMethod: ({ request }) => request.method,
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.userAgent': ({ request }) => headerValues(request.rawHeaders, 'user-agent')[0],
  'integration.error': integrationError,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.requestId': nothing,
  'integration.responseTransferMode': ({ integration }) => integration?.mode,
  'integration.status': ({ integration }) => integration && (integration.status === undefined ? 500 : 200),
  'integration.timeToAllHeaders': ({ integration }) => integration?.headersMs,
  'integration.timeToFirstContent': ({ integration }) => integration?.contentMs,
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  path: ({ request }) => request.fullPath,
  protocol: () => 'HTTP/1.1',
  requestId: ({ request }) => request.id,
  requestTime: ({ request }) => logTime(request.receivedAt),
  requestTimeEpoch: ({ request }) => request.receivedAt,
  resourceId: ({ resourceId }) => resourceId,
  resourcePath: ({ resourcePath }) => resourcePath,
  responseLatency: ({ latencyMs }) => latencyMs,
  responseLength: ({ responseBytes }) => responseBytes,
  stage: (_, context) => context.stage,
  status: ({ status }) => status,
  'waf.error': nothing,
  'waf.latency': nothing,
  'waf.status': ({ waf }) => waf?.status,
  wafResponseCode: ({ waf }) => waf?.action,
  webaclArn: ({ waf }) => waf?.webAcl,
  xrayTraceId: ({ request }) => request.traceId,
};

/** `$context.authorizer.<property>`: what the authorizer's context says. */
const PROPERTY = /^authorizer\.(\w+)$/;
const REFERENCE = /\$context\.([\w:-]+(?:\.[\w:-]+)*)/g;

/** Refuses a variable nobody could fill in. */
export function checkRestFormat(format: string, logicalId: string): void {
  for (const [, name] of format.matchAll(REFERENCE)) {
    if (name && !PROPERTY.test(name) && !Object.hasOwn(VARIABLES, name)) {
      throw new LocalFailure(
        `the access log of ${logicalId} uses $context.${name}, which is not known here: leave it out`,
      );
    }
  }
}

/** One line of the access log: variables without a value are `-`; what is put in cannot end a JSON text. */
export function formatRestAccessLog(format: string, exchange: RestExchange, context: RestLogContext): string {
  return format.replace(REFERENCE, (_, name: string) => {
    const variable = VARIABLES[name];
    const value = variable
      ? variable(exchange, context)
      : exchange.authorizer?.context?.[PROPERTY.exec(name)?.[1] as string];
    if (value === undefined || value === '') return '-';
    return name === 'error.messageString' ? String(value) : JSON.stringify(String(value)).slice(1, -1);
  });
}
