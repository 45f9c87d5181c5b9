/** Whether the policies of a template allow a function's call, as IAM would decide it. */
import { type Resource, resourcesOf } from '../../../local/deployment/reader';
import type { Assembly } from '../../../local/template/assembly';
import { linkStacks } from '../../../local/template/stack';
import type { AwsCall } from './aws-gate';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export function policiesOf(assembly: Assembly): (call: AwsCall) => boolean {
  const stacks = linkStacks(assembly.stacks);
  const policies = resourcesOf(stacks, 'AWS::IAM::Policy').map((policy) => ({
    roles: policy.required<readonly string[]>('Roles'),
    statements: policy.required<{ Statement: readonly Statement[] }>('PolicyDocument').Statement,
  }));
  const statements = new Map(
    resourcesOf(stacks, 'AWS::Lambda::Function').map((fn) => [fn.id, statementsFor(roleOf(fn), policies)]),
  );
  return (call) => statements.get(call.caller)?.some((statement) => allows(statement, call)) ?? false;
}

function roleOf(fn: Resource): string {
  return fn.required<string>('Role').split('/').at(-1) ?? '';
}

function statementsFor(
  role: string,
  policies: readonly { roles: readonly string[]; statements: readonly Statement[] }[],
): Statement[] {
  return policies.filter(({ roles }) => roles.includes(role)).flatMap(({ statements }) => statements);
}

function allows({ Effect, Action, Resource: resources, Condition = {} }: Statement, call: AwsCall): boolean {
  if (Effect !== 'Allow') throw new Error(`the effect ${Effect} is not understood here`);
  return (
    [Action].flat().includes(call.action) &&
    [resources].flat().some((arn) => arn === call.target || arn.endsWith(`:table/${call.target}`)) &&
    Object.entries(Condition).every(([operator, keys]) => holds(operator, keys, call))
  );
}

/** `ForAllValues` holds for a request that names no key at all: IAM says so too. */
function holds(
  operator: string,
  keys: Readonly<Record<string, string | readonly string[]>>,
  { key }: AwsCall,
): boolean {
  const { 'dynamodb:LeadingKeys': leading, ...others } = keys;
  if (operator !== 'ForAllValues:StringLike' || leading === undefined || Object.keys(others).length > 0) {
    throw new Error(`the condition ${operator} on ${Object.keys(keys)} is not understood here`);
  }
  return key === undefined || [leading].flat().some((pattern) => startsLike(pattern, key));
}

function startsLike(pattern: string, key: string): boolean {
  return pattern.endsWith('*') ? key.startsWith(pattern.slice(0, -1)) : key === pattern;
}
