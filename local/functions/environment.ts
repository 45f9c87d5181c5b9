import type { FunctionSpec } from '../deployment/functions';

/** What differs from process to process. */
export interface Surroundings {
  /** `host:port` of the Runtime API. */
  readonly runtimeApi: string;
  readonly logStream: string;
  /** `AWS_ENDPOINT_URL_<SERVICE>` by service, e.g. `DYNAMODB`. */
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly path: string;
  /** `host:port` where spans are taken. */
  readonly daemon?: string;
}

/**
 * The whole environment of a function's process: the template's variables, what Lambda itself sets, and the
 * addresses of the services that run here. Nothing of the shell leaks in, `PATH` aside.
 */
export function lambdaEnvironment(spec: FunctionSpec, surroundings: Surroundings): Record<string, string> {
  const endpoints = Object.entries(surroundings.serviceEndpoints).map(([service, url]) => [
    `AWS_ENDPOINT_URL_${service}`,
    url,
  ]);
  return {
    ...spec.variables,
    ...Object.fromEntries(endpoints),
    ...(surroundings.daemon === undefined
      ? {}
      : { AWS_XRAY_CONTEXT_MISSING: 'LOG_ERROR', AWS_XRAY_DAEMON_ADDRESS: surroundings.daemon }),
    ...(spec.logLevel ? { AWS_LAMBDA_LOG_LEVEL: spec.logLevel } : {}),
    AWS_ACCESS_KEY_ID: 'LOCALACCESSKEYID0000',
    AWS_DEFAULT_REGION: spec.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: spec.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: spec.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: surroundings.logStream,
    AWS_LAMBDA_RUNTIME_API: surroundings.runtimeApi,
    AWS_REGION: spec.region,
    AWS_SECRET_ACCESS_KEY: 'local-secret-access-key',
    AWS_SESSION_TOKEN: 'local-session-token',
    LAMBDA_TASK_ROOT: spec.codeDir,
    LANG: 'en_US.UTF-8',
    PATH: surroundings.path,
    TZ: ':UTC',
    _HANDLER: spec.handler,
  };
}
