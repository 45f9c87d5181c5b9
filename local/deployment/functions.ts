import { existsSync, statSync } from 'node:fs';
import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { type Resource, resourcesOf } from './reader';

/** One Lambda function as its template describes it. */
export interface FunctionSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly runtime: string;
  readonly handler: string;
  /** The unpacked bundle. */
  readonly codeDir: string;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly logGroup: string;
  readonly logFormat: 'JSON' | 'Text';
  readonly logLevel?: string;
  readonly traced: boolean;
}

/** AWS's limit for the names and values of all variables together. */
const ENVIRONMENT_BYTES = 4096;

const RESERVED =
  /^(AWS_(REGION|DEFAULT_REGION|ACCESS_KEY_?ID|ACCESS_KEY|SECRET_ACCESS_KEY|SESSION_TOKEN|LAMBDA_(FUNCTION_.*|LOG_.*|INITIALIZATION_TYPE|RUNTIME_API)|EXECUTION_ENV)|_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_(TASK_ROOT|RUNTIME_DIR))$/;

/** The functions of the app that something here can call. The others are never run and not looked at. */
export function readFunctions(
  stacks: readonly Stack[],
  origins: readonly OriginRow[],
  called: (arn: string) => boolean,
): FunctionSpec[] {
  return resourcesOf(stacks, 'AWS::Lambda::Function', origins)
    .filter((resource) => called(resource.attribute('Arn')))
    .map(readFunction);
}

function readFunction(resource: Resource): FunctionSpec {
  const logging = resource.property<{ LogGroup?: string; LogFormat?: string; ApplicationLogLevel?: string }>(
    'LoggingConfig',
  );
  resource.oneOf('PackageType', ['Zip'], 'Zip');
  const runtime = resource.required<string>('Runtime');
  if (!runtime.startsWith('nodejs')) {
    throw new LocalFailure(`Runtime of ${resource.logicalId} is ${runtime}: only Node.js functions run here`);
  }
  return {
    logicalId: resource.logicalId,
    name: resource.id,
    arn: resource.attribute('Arn'),
    region: resource.stack.artifact.region,
    runtime,
    handler: resource.required('Handler'),
    codeDir: codeDir(resource),
    memoryMb: Number(resource.property('MemorySize') ?? 128),
    timeoutMs: Number(resource.property('Timeout') ?? 3) * 1000,
    variables: variables(resource),
    reservedConcurrency: optionalNumber(resource.property('ReservedConcurrentExecutions')),
    logGroup: logging?.LogGroup ?? `/aws/lambda/${resource.id}`,
    logFormat: logging?.LogFormat === 'JSON' ? 'JSON' : 'Text',
    logLevel: logging?.ApplicationLogLevel,
    traced: resource.property<{ Mode?: string }>('TracingConfig')?.Mode === 'Active',
  };
}

function codeDir(resource: Resource): string {
  const key = resource.required<{ S3Key?: string }>('Code').S3Key ?? '';
  const asset = resource.stack.artifact.assets.get(key);
  if (!asset) {
    throw new LocalFailure(
      `the code of ${resource.logicalId} (${key}) is no asset of the app: use Code.fromAsset with a directory`,
    );
  }
  if (!existsSync(asset.path)) {
    throw new LocalFailure(
      `the bundle of ${resource.logicalId} is missing at ${asset.path}: build it, then synthesise again`,
    );
  }
  if (!statSync(asset.path).isDirectory()) {
    throw new LocalFailure(
      `the code of ${resource.logicalId} is the file ${asset.path}: give the unpacked directory to run it here`,
    );
  }
  return asset.path;
}

function variables(resource: Resource): Record<string, string> {
  const given = resource.property<{ Variables?: Record<string, unknown> }>('Environment')?.Variables ?? {};
  const result = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const reserved = Object.keys(result).filter((name) => RESERVED.test(name));
  if (reserved.length > 0) {
    throw new LocalFailure(
      `${resource.logicalId} sets ${reserved.join(', ')}, which Lambda reserves: choose other names`,
    );
  }
  const bytes = Object.entries(result).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (bytes > ENVIRONMENT_BYTES) {
    throw new LocalFailure(
      `the environment of ${resource.logicalId} has ${bytes} bytes, Lambda takes ${ENVIRONMENT_BYTES}: shorten it`,
    );
  }
  return result;
}

function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}
