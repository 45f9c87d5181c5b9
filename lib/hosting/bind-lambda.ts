import { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { GuardVariable, POLICY_METADATA } from '../private/contract';
import { checkUserEnvironment } from '../private/environment';
import { fail } from '../private/errors';
import { LeastPrivilegeFunction } from '../private/least-privilege-function';
import type { LambdaHostingOptions } from './lambda-hosting-options';

interface LambdaHosting extends LambdaHostingOptions {
  readonly code: lambda.Code;
  readonly handler: string;
  readonly policyVariable: string;
  /** Of a policy that is not in the variable. */
  readonly policyMetadata?: string;
}

/** What both ways of bringing code have in common. */
export function bindLambda(scope: Construct, hosting: LambdaHosting, context: HostingContext): HostingBinding {
  const {
    endpoint: { kind, longestAnswer },
    state,
  } = context;
  const timeout = hosting.timeout ?? (kind === 'rest-api' ? Duration.minutes(5) : Duration.seconds(29));
  if (!timeout.isUnresolved() && timeout.toMilliseconds() > longestAnswer.toMilliseconds()) {
    fail(
      scope,
      `timeout of ${timeout.toHumanString()} is longer than the endpoint waits: ` +
        `use at most ${longestAnswer.toHumanString()}`,
    );
  }
  checkUserEnvironment(scope, hosting.environment ?? {});
  const {
    function: handler,
    role,
    logGroup,
    memorySize,
  } = new LeastPrivilegeFunction(scope, 'Server', {
    code: hosting.code,
    handler: hosting.handler,
    description: 'MCP server behind its guard',
    environment: { ...hosting.environment, ...context.environment, [GuardVariable.policy]: hosting.policyVariable },
    environmentAdvice: 'shorten or remove variables, shorten rule names with a trailing `*`, or declare fewer scopes',
    memorySize: hosting.memorySize ?? 1024,
    timeout,
    tracing: hosting.tracing ?? true,
    reservedConcurrentExecutions: hosting.reservedConcurrentExecutions,
    vpc: hosting.vpc,
    vpcSubnets: hosting.vpcSubnets,
    securityGroups: hosting.securityGroups,
    state,
  });
  if (hosting.policyMetadata) {
    (handler.node.defaultChild as lambda.CfnFunction).addMetadata(POLICY_METADATA, hosting.policyMetadata);
  }
  const gradual = hosting.deployment?._bind(scope, handler);
  return {
    target: { kind: 'function', function: handler, alias: gradual?.alias },
    gradual: gradual !== undefined,
    rollbackOn: gradual?.rollbackOn,
    role,
    logGroup,
    memorySize,
    connections: handler.isBoundToVpc ? handler.connections : undefined,
    metrics: {
      throttles: (options) => handler.metricThrottles(options),
      cost: {
        title: 'Cost: milliseconds of Lambda',
        metrics: [handler.metricDuration({ statistic: 'Sum', label: 'server' })],
      },
      utilization: [],
    },
  };
}
