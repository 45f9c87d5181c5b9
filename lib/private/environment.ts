import { CfnResource, Stack } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** Lambda's limit for all names and values together. */
const LIMIT = 4096;
/** A guess for what is known only at deploy time: an execute-api URL with its path has about 60 characters. */
const DEPLOY_TIME_LENGTH = 64;

const RESERVED = /^MCP_/;

/** Refuses variables that would change what the guard enforces. */
export function checkUserEnvironment(scope: IConstruct, environment: Readonly<Record<string, unknown>>): void {
  for (const name of Object.keys(environment)) {
    if (RESERVED.test(name)) {
      fail(scope, `environment variable '${name}' is reserved: names beginning with 'MCP_' carry the guard's settings`);
    }
  }
}

/** Fails at synth, when every variable is known, if a function's environment would be refused; `advice` says the fix. */
export function checkEnvironmentSize(handler: lambda.Function, advice: string): void {
  handler.node.addValidation({
    validate: () => {
      const size = environmentSize(resolvedVariables(handler));
      return size <= LIMIT
        ? []
        : [`the environment of ${handler.node.path} is about ${size} bytes, Lambda allows ${LIMIT}: ${advice}`];
    },
  });
}

function resolvedVariables(handler: lambda.Function): Record<string, unknown> {
  const resource = handler.node.defaultChild;
  if (!CfnResource.isCfnResource(resource)) return {};
  const environment = Stack.of(handler).resolve((resource as lambda.CfnFunction).environment);
  return environment?.variables ?? {};
}

/** Bytes of all names and values; what is known only at deploy time is estimated. */
export function environmentSize(variables: Readonly<Record<string, unknown>>): number {
  return Object.entries(variables).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueSize(value), 0);
}

/** `Fn::Join` is summed over its parts; every other intrinsic is one deploy-time value. */
function valueSize(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  const join = (value as { 'Fn::Join'?: [string, unknown[]] } | null)?.['Fn::Join'];
  if (!join) return DEPLOY_TIME_LENGTH;
  const [delimiter, parts] = join;
  return parts.reduce<number>((sum, part) => sum + valueSize(part), delimiter.length * (parts.length - 1));
}
