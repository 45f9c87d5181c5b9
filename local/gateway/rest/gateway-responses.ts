import type { GatewayResponseSpec } from '../../deployment/rest-apis';
import { headerValues } from '../request';
import type { RestRequest } from './request';
import type { RestResponse } from './response';

/** Why API Gateway answers itself: default status, message, and the name of the error in a header. */
const RESPONSES = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource', 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null, 'AuthorizerConfigurationException'],
  AUTHORIZER_FAILURE: [500, null, 'AuthorizerFailureException'],
  BACKEND_ERROR: [502, 'Internal server error', 'InternalServerErrorException'],
  FORBIDDEN: [403, 'Forbidden', 'ForbiddenException'],
  INTEGRATION_FAILURE: [504, 'Network error communicating with endpoint', 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  REQUEST_TOO_LARGE: [413, 'HTTP content length exceeded 10485760 bytes.', 'RequestTooLargeException'],
  THROTTLED: [429, 'Too Many Requests', 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'Unauthorized', 'UnauthorizedException'],
  WAF_FILTERED: [403, 'Forbidden', 'ForbiddenException'],
} as const satisfies Record<string, readonly [number, string | null, string]>;

export type ResponseType = keyof typeof RESPONSES;

/** An answer of API Gateway's own, and what its log says about it. */
export interface OwnAnswer {
  readonly response: RestResponse;
  readonly error: { readonly type: string; readonly message: string };
}

/** What is known where the answer is written. */
export interface AnswerContext {
  readonly request: RestRequest;
  readonly stage: string;
  readonly apiId: string;
  readonly resourcePath?: string;
}

/** These two have no response type of their own that could be changed. */
const WITHOUT_TYPE: readonly ResponseType[] = ['BACKEND_ERROR', 'FORBIDDEN'];

/**
 * The answer for a response type: as the API customised it, else as its default for 4xx or 5xx says, else
 * API Gateway's own.
 * @param message in place of the type's usual one
 */
export function gatewayResponse(
  customised: Readonly<Record<string, GatewayResponseSpec>>,
  type: ResponseType,
  context: AnswerContext,
  message: string | null = RESPONSES[type][1],
): OwnAnswer {
  const [status, , errorType] = RESPONSES[type];
  const fallback = customised[status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
  const own = WITHOUT_TYPE.includes(type) ? undefined : customised[type];
  const spec = type === 'FORBIDDEN' ? undefined : (own ?? fallback);
  const variables = variablesOf(type, message, context);
  const [contentType, template] = templateOf(spec);
  return {
    response: {
      status: spec?.status ?? status,
      headers: [
        ['Content-Type', contentType],
        ['x-amzn-ErrorType', errorType],
        ...Object.entries(spec?.headers ?? {}).flatMap(([name, source]): [string, string][] => {
          const value = headerValue(source, context.request, variables);
          return value === undefined ? [] : [[name, value]];
        }),
      ],
      body: Buffer.from(fill(template, variables)),
    },
    error: { type: own || !spec ? type : status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX', message: message ?? '' },
  };
}

function templateOf(spec: GatewayResponseSpec | undefined): [string, string] {
  const json = spec?.templates['application/json'];
  if (json !== undefined) return ['application/json', json];
  return Object.entries(spec?.templates ?? {})[0] ?? ['application/json', '{"message":$context.error.messageString}'];
}

/** Templates of gateway responses are filled in, not evaluated. */
function fill(template: string, variables: Readonly<Record<string, string>>): string {
  return template.replace(/\$context\.([\w.]+\w)|\$\{context\.([\w.]+\w)\}/g, (_, plain: string, braced: string) => {
    return variables[plain ?? braced] ?? '';
  });
}

/** A value in quotes, a header of the request, or a variable of its context. */
function headerValue(
  source: string,
  request: RestRequest,
  variables: Readonly<Record<string, string>>,
): string | undefined {
  const [, text] = /^'(.*)'$/s.exec(source) ?? [];
  if (text !== undefined) return text;
  const [, header] = /^method\.request\.header\.(.+)$/.exec(source) ?? [];
  if (header) return headerValues(request.rawHeaders, header.toLowerCase())[0];
  return variables[source.replace(/^context\./, '')];
}

function variablesOf(type: ResponseType, message: string | null, context: AnswerContext): Record<string, string> {
  const { request } = context;
  return {
    'error.message': message ?? '',
    'error.messageString': JSON.stringify(message),
    'error.responseType': type,
    apiId: context.apiId,
    extendedRequestId: request.extendedId,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    path: request.fullPath,
    requestId: request.id,
    resourcePath: context.resourcePath ?? '',
    stage: context.stage,
  };
}
