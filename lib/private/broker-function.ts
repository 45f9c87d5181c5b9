import { Duration } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { assetPath } from './assets';
import type { BrokerBinding, StateOptions } from './bindings';
import { LeastPrivilegeFunction } from './least-privilege-function';
import { allowBroker } from './table-access';

/** The authorization server that clients see. */
export function createBroker(
  scope: Construct,
  broker: BrokerBinding,
  environment: Readonly<Record<string, string>>,
  state: StateOptions,
): LeastPrivilegeFunction {
  const handler = new LeastPrivilegeFunction(scope, 'Broker', {
    code: lambda.Code.fromAsset(assetPath(scope, 'broker')),
    handler: 'index.handler',
    description: 'OAuth authorization server of an MCP server',
    environment,
    environmentAdvice:
      'register fewer clients in code and let others describe themselves with ClientRegistration.clientIdMetadata, ' +
      'shorten the descriptions of scopes, or declare fewer scopes',
    // People wait for its pages: more memory means more processor, and a shorter cold start.
    memorySize: 1024,
    // Longer than a metadata document and the provider may take together.
    timeout: Duration.seconds(10),
    tracing: true,
    state,
  });
  allowBroker(handler.role, broker, state);
  return handler;
}

/** Where the authorization server is another's, all that this server says of itself. */
export function createDocuments(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
  state: StateOptions,
): LeastPrivilegeFunction {
  return new LeastPrivilegeFunction(scope, 'Documents', {
    code: lambda.Code.fromAsset(assetPath(scope, 'documents')),
    handler: 'index.handler',
    description: 'Discovery document of an MCP server',
    environment,
    environmentAdvice: 'declare fewer initial scopes, or shorten their names',
    memorySize: 256,
    timeout: Duration.seconds(3),
    tracing: true,
    state,
  });
}
