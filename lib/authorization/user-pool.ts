import { Annotations, RemovalPolicy, Token } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { acknowledgeUserPool } from '../private/acknowledgements';
import type { StateOptions } from '../private/bindings';
import type { CognitoAuthorizationProps } from './cognito-props';

const STRONG_PASSWORD: cognito.PasswordPolicy = {
  minLength: 12,
  requireLowercase: true,
  requireUppercase: true,
  requireDigits: true,
  requireSymbols: true,
};

const { NO_ENFORCEMENT } = cognito.StandardThreatProtectionMode;

/** Accounts are created by an administrator; tokens bound to an audience need the Essentials plan. */
export function createUserPool(
  scope: Construct,
  props: CognitoAuthorizationProps,
  state: StateOptions,
): cognito.UserPool {
  const { threatProtection = NO_ENFORCEMENT, mfa = cognito.Mfa.OPTIONAL } = props;
  const plus = threatProtection !== NO_ENFORCEMENT;
  const passwordPolicy = { ...STRONG_PASSWORD, ...props.passwordPolicy };
  const pool = new cognito.UserPool(scope, 'UserPool', {
    featurePlan: plus ? cognito.FeaturePlan.PLUS : cognito.FeaturePlan.ESSENTIALS,
    standardThreatProtectionMode: plus ? threatProtection : undefined,
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    autoVerify: { email: true },
    signInCaseSensitive: false,
    accountRecovery: cognito.AccountRecovery.EMAIL_ONLY,
    mfa,
    mfaSecondFactor: mfa === cognito.Mfa.OFF ? undefined : (props.mfaSecondFactor ?? { sms: false, otp: true }),
    passwordPolicy,
    deletionProtection: state.removalPolicy !== RemovalPolicy.DESTROY,
    removalPolicy: state.removalPolicy,
    ...(props.passkeys && {
      signInPolicy: { allowedFirstAuthFactors: { password: true, passkey: true } },
      passkeyUserVerification: cognito.PasskeyUserVerification.REQUIRED,
      // Without a host name of one's own, passkeys belong to the one that Cognito gives.
      passkeyRelyingPartyId: props.customDomain?.domainName,
    }),
  });
  if (props.passkeys && mfa !== cognito.Mfa.OFF) letPasskeysBeBothFactors(pool);
  warnOfWeakSignIn(scope, mfa, passwordPolicy);
  acknowledgeUserPool(pool, { mfaRequired: mfa === cognito.Mfa.REQUIRED, plus });
  return pool;
}

/** Otherwise whoever has a second factor could not sign in with a passkey, which verifies its user already. */
function letPasskeysBeBothFactors(pool: cognito.UserPool): void {
  (pool.node.defaultChild as cognito.CfnUserPool).webAuthnFactorConfiguration = 'MULTI_FACTOR_WITH_USER_VERIFICATION';
}

function warnOfWeakSignIn(scope: Construct, mfa: cognito.Mfa, { minLength }: cognito.PasswordPolicy): void {
  if (mfa === cognito.Mfa.OFF) {
    const text = 'nobody can protect an account with a second factor: use Mfa.OPTIONAL or Mfa.REQUIRED';
    Annotations.of(scope).addWarningV2('cdk-mcp:noSecondFactor', text);
  }
  if (minLength !== undefined && !Token.isUnresolved(minLength) && minLength < 8) {
    const text = `passwords may have ${minLength} characters: ask for 8 or more in \`passwordPolicy\``;
    Annotations.of(scope).addWarningV2('cdk-mcp:shortPasswords', text);
  }
}

/** Who is in a group is data: the groups are kept as the pool is. */
export function createGroups(
  scope: Construct,
  userPool: cognito.UserPool,
  groups: readonly string[],
  state: StateOptions,
): void {
  for (const groupName of groups) {
    const group = new cognito.UserPoolGroup(scope, `Group-${groupName}`, {
      userPool,
      groupName,
      description: 'Named by an access rule of an MCP server',
    });
    group.applyRemovalPolicy(state.removalPolicy);
  }
}
