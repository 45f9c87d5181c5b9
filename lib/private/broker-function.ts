import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { assetPath } from './assets';
import type { StateOptions } from './bindings';
import { LeastPrivilegeFunction } from './least-privilege-function';

/** The function behind the public documents; it holds no permission but to write its log. */
export function createBroker(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
  state: StateOptions,
): LeastPrivilegeFunction {
  return new LeastPrivilegeFunction(scope, 'Broker', {
    code: lambda.Code.fromAsset(assetPath(scope, 'broker')),
    handler: 'index.handler',
    description: 'OAuth discovery documents of an MCP server',
    environment,
    memorySize: 512,
    timeout: Duration.seconds(10),
    tracing: true,
    state,
  });
}
