import { Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { CognitoAuthorizationProps } from '../authorization/cognito-props';
import type { AuthorizationContext, StateOptions } from '../private/bindings';
import { fail } from '../private/errors';
import { otherRegions } from '../private/region-plan';

/**
 * Has Cognito keep a replica of the pool in the second region, and lets the login page follow the health check of the
 * primary one. Returns the issuer, which both regions answer for.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_IssuerConfigurationType.html
 */
export function issuerOf(
  scope: Construct,
  userPool: cognito.UserPool,
  domain: cognito.UserPoolDomain,
  { customDomain }: CognitoAuthorizationProps,
  { state, exchangeScopes }: AuthorizationContext,
): string {
  const { region } = state;
  if (region?.poolKeyArn === undefined) return userPool.userPoolProviderUrl;
  if (customDomain === undefined) {
    fail(
      scope,
      'a replicated user pool needs a login page that can move: give `customDomain` to McpAuthorization.cognito',
    );
  }
  if (exchangeScopes.length > 0) {
    fail(scope, '`downstream` exchanges tokens in one region: use UserPoolStrategy.primaryRegion(), or leave it out');
  }
  const pool = userPool.node.defaultChild as cognito.CfnUserPool;
  pool.keyConfiguration = { keyType: 'CUSTOMER_MANAGED_KEY', kmsKeyArn: region.poolKeyArn };
  pool.issuerConfiguration = { type: 'UPDATED' };
  const [second = ''] = otherRegions(region);
  const replica = new cognito.CfnUserPoolReplica(scope, 'Replica', {
    regionName: second,
    userPoolId: userPool.userPoolId,
  });
  const { healthCheckId } = region;
  if (healthCheckId !== undefined) {
    const page = domain.node.defaultChild as cognito.CfnUserPoolDomain;
    page.routing = { failover: { primaryRoute53HealthCheckId: healthCheckId, secondaryRegion: second } };
    page.addDependency(replica);
  }
  const { urlSuffix } = Stack.of(scope);
  return `https://issuer-cognito-idp.${region.region}.${urlSuffix}/${userPool.userPoolId}`;
}

/** Whoever asked for a replica would have none, and learn it when a region is lost. */
export function refuseReplication(scope: Construct, { region }: StateOptions, authorization: string): void {
  if (region?.poolKeyArn === undefined) return;
  fail(
    scope,
    `UserPoolStrategy.replicated replicates the pool that McpAuthorization.cognito makes, and none of ${authorization}: ` +
      'leave `userPool` of the McpGlobalServer out, or use McpAuthorization.cognito',
  );
}
