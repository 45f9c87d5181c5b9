import { LocalFailure } from '../failure';
import type { Grant } from './jwt-decision';
import { type GatewayRequest, headerValues, logTime, splitTarget } from './request';

/** What is known about a request when it is over. */
export interface Exchange {
  readonly request: GatewayRequest;
  readonly routeKey?: string;
  readonly grant?: Grant;
  readonly authorizerError?: string;
  readonly status: number;
  readonly responseBytes: number;
  readonly latencyMs: number;
  readonly integration?: { readonly status?: number; readonly latencyMs: number; readonly error?: string };
  /** The message of an answer API Gateway wrote itself. */
  readonly error?: { readonly message: string; readonly type: string };
}

export interface LogContext {
  readonly apiId: string;
  readonly accountId: string;
  readonly stage: string;
}

type Variable = (exchange: Exchange, context: LogContext) => string | number | undefined;

const host: Variable = ({ request }) => headerValues(request.rawHeaders, 'host')[0];
const path: Variable = ({ request }) => splitTarget(request.target).path;
const integrationError: Variable = ({ integration }) => integration?.error;
const integrationLatency: Variable = ({ integration }) => integration?.latencyMs;
const integrationStatus: Variable = ({ integration }) => integration?.status;
const authorizerError: Variable = ({ authorizerError: error }) => error;

/** `$context` variables of HTTP API access logs. */
const VARIABLES: Readonly<Record<string, Variable>> = {
  accountId: (_, context) => context.accountId,
  apiId: (_, context) => context.apiId,
  'authorizer.error': authorizerError,
  'error.message': ({ error }) => error?.message,
  'error.messageString': ({ error }) => error && JSON.stringify(error.message),
  'error.responseType': ({ error }) => error?.type,
  domainName: host,
  domainPrefix: (exchange, context) => String(host(exchange, context) ?? '').split(/[.:]/)[0],
  extendedRequestId: ({ request }) => request.id,
  httpMethod: ({ request }) => request.method,
  'identity.sourceIp': ({ request }) => request.sourceIp,
  'identity.userAgent': ({ request }) => headerValues(request.rawHeaders, 'user-agent')[0],
  'integration.error': integrationError,
  'integration.integrationStatus': integrationStatus,
  'integration.latency': integrationLatency,
  'integration.status': ({ integration }) => integration && (integration.status === undefined ? 500 : 200),
  integrationErrorMessage: integrationError,
  integrationLatency,
  integrationStatus,
  path,
  protocol: () => 'HTTP/1.1',
  requestId: ({ request }) => request.id,
  requestTime: ({ request }) => logTime(request.receivedAt),
  requestTimeEpoch: ({ request }) => request.receivedAt,
  responseLatency: ({ latencyMs }) => latencyMs,
  responseLength: ({ responseBytes }) => responseBytes,
  routeKey: ({ routeKey }) => routeKey,
  stage: (_, context) => context.stage,
  status: ({ status }) => status,
};

const CLAIM = /^authorizer\.claims\.(.+)$/;
const REFERENCE = /\$context\.([\w:-]+(?:\.[\w:-]+)*)/g;

/** Refuses a variable nobody could fill in. */
export function checkFormat(format: string, logicalId: string): void {
  for (const [, name] of format.matchAll(REFERENCE)) {
    if (name && !CLAIM.test(name) && !Object.hasOwn(VARIABLES, name)) {
      throw new LocalFailure(
        `the access log of ${logicalId} uses $context.${name}, which is not known here: leave it out`,
      );
    }
  }
}

/** One line of the access log: variables without a value are `-`; what is put in cannot end a JSON text. */
export function formatAccessLog(format: string, exchange: Exchange, context: LogContext): string {
  return format.replace(REFERENCE, (_, name: string) => {
    const claim = CLAIM.exec(name)?.[1];
    const value = claim ? exchange.grant?.claims[claim] : VARIABLES[name]?.(exchange, context);
    if (value === undefined || value === '') return '-';
    return name === 'error.messageString' ? String(value) : JSON.stringify(String(value)).slice(1, -1);
  });
}
