import { Duration } from 'aws-cdk-lib';
import { IdentitySource, RequestAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { assetPath } from '../private/assets';
import type { StateOptions } from '../private/bindings';
import { LeastPrivilegeFunction } from '../private/least-privilege-function';

/**
 * How long API Gateway believes an answer; the guard, which asks every time, refuses a token that expires meanwhile or
 * whose grant was revoked.
 */
const BELIEVED = Duration.minutes(5);

export interface TokenAuthorizer {
  readonly authorizer: RequestAuthorizer;
  /** An audit record for each token it refused. */
  readonly logGroup: logs.ILogGroup;
}

/**
 * Judges tokens with the guard's own code, whoever issued them. The Authorization header is the only identity source:
 * API Gateway answers 401 by itself when one is missing, and keeps answers by all of them.
 */
export function createTokenAuthorizer(
  scope: Construct,
  environment: Readonly<Record<string, string>>,
  state: StateOptions,
): TokenAuthorizer {
  const { function: handler, logGroup } = new LeastPrivilegeFunction(scope, 'Authorizer', {
    code: lambda.Code.fromAsset(assetPath(scope, 'authorizer')),
    handler: 'index.handler',
    description: 'Verifies access tokens for an MCP server',
    environment,
    environmentAdvice: 'declare fewer scopes, or shorten their names',
    // The first call of a container waits for it: more memory means more processor.
    memorySize: 512,
    // Longer than it takes to fetch the issuer's keys twice.
    timeout: Duration.seconds(10),
    tracing: true,
    state,
  });
  const authorizer = new RequestAuthorizer(scope, 'TokenAuthorizer', {
    handler,
    identitySources: [IdentitySource.header('Authorization')],
    resultsCacheTtl: BELIEVED,
  });
  return { authorizer, logGroup };
}
