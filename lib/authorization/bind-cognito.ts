import { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { issuerOf } from '../regions/replicated-pool';
import { bindPool } from './bind-pool';
import { bindPoolElsewhere, isElsewhere } from './bind-pool-elsewhere';
import { brokerSettings } from './broker-settings';
import type { CognitoAuthorizationProps } from './cognito-props';
import { signInProviders, warnOfUnknownProviders } from './identity-providers';
import { createGroups, createUserPool } from './user-pool';
import { createDomain } from './user-pool-domain';

/** A pool of the server's own, with the groups its rules name. */
export function bindCognito(
  parent: Construct,
  props: CognitoAuthorizationProps,
  context: AuthorizationContext,
): AuthorizationBinding {
  const scope = new Construct(parent, 'Authorization');
  const settings = brokerSettings(scope, props, Object.keys(context.scopes).length);
  if (isElsewhere(context)) return bindPoolElsewhere(scope, settings, context);
  const userPool = createUserPool(scope, props, context.state);
  createGroups(scope, userPool, context.groups, context.state);
  const userPoolDomain = createDomain(scope, userPool, props);
  warnOfUnknownProviders(scope, userPool, props.identityProviders);
  const pool = {
    userPool,
    issuer: issuerOf(scope, userPool, userPoolDomain, props, context),
    loginUrl: userPoolDomain.baseUrl(),
    identityProviders: signInProviders(userPool, props.identityProviders),
    passkeys: props.passkeys ?? false,
  };
  return { ...bindPool(scope, pool, settings, context), userPoolDomain };
}
