import type * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { refuseReplication } from '../regions/replicated-pool';
import { bindPool } from './bind-pool';
import { bindPoolElsewhere, isElsewhere } from './bind-pool-elsewhere';
import { brokerSettings } from './broker-settings';
import { checkExistingPool, loginUrlOf } from './existing-pool';
import { signInProviders } from './identity-providers';
import type { UserPoolAuthorizationProps } from './user-pool-props';

/** A pool of somebody else's: nothing of it is changed, and its groups are its owner's. */
export function bindUserPool(
  parent: Construct,
  userPool: cognito.IUserPool,
  props: UserPoolAuthorizationProps,
  context: AuthorizationContext,
): AuthorizationBinding {
  const scope = new Construct(parent, 'Authorization');
  refuseReplication(scope, context.state, 'McpAuthorization.userPool');
  const settings = brokerSettings(scope, props, Object.keys(context.scopes).length);
  if (isElsewhere(context)) return bindPoolElsewhere(scope, settings, context);
  checkExistingPool(scope, userPool, props);
  const pool = {
    userPool,
    issuer: `https://${userPool.userPoolProviderName}`,
    loginUrl: loginUrlOf(scope, userPool, props),
    identityProviders: signInProviders(userPool, props.identityProviders),
    // Whether the pool has passkeys is not known; where it has none, the choice of factors is the password alone.
    passkeys: true,
  };
  return bindPool(scope, pool, settings, context);
}
