import * as iam from 'aws-cdk-lib/aws-iam';
import type { AuthorizationBinding } from './bindings';

/**
 * The guard exchanges tokens by its role. Tool code shares the role but has no token to exchange: it sees those that
 * were derived, never a caller's.
 */
export function allowExchange(
  role: iam.IRole,
  { exchangeClientId, userPool, userPoolArn = userPool?.userPoolArn }: AuthorizationBinding,
): void {
  if (exchangeClientId === undefined || userPoolArn === undefined) return;
  const exchange = new iam.PolicyStatement({
    actions: ['cognito-idp:GetDerivedToken'],
    resources: [userPoolArn],
  });
  // A child of the role, so that the function waits for it.
  new iam.Policy(role, 'Exchange', { roles: [role], statements: [exchange] });
}
