import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { BrokerAuthorizationOptions } from './broker-authorization-options';

/** A user pool made for one MCP server. */
export interface CognitoAuthorizationProps extends BrokerAuthorizationOptions {
  /**
   * Whether people need a second factor. OFF adds a warning at synth.
   *
   * @default cognito.Mfa.OPTIONAL
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
   */
  readonly mfa?: cognito.Mfa;

  /**
   * What a second factor may be. Codes by SMS need a role that may send them, which is then created.
   *
   * @default - an authenticator app
   */
  readonly mfaSecondFactor?: cognito.MfaSecondFactor;

  /**
   * Whether people may sign in with a passkey instead of their password. The authenticator must verify its user, so
   * a passkey counts as both factors. Passkeys belong to the host name of the login page: with another
   * `domainPrefix` or `customDomain` they are lost.
   *
   * @default false
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
   */
  readonly passkeys?: boolean;

  /**
   * Whether sign-ins are rated by risk and compromised passwords found (adaptive authentication): FULL_FUNCTION acts
   * on it, AUDIT_ONLY records it. Either moves the pool to the Plus plan, which is charged per active user.
   *
   * @default cognito.StandardThreatProtectionMode.NO_ENFORCEMENT
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-threat-protection.html
   */
  readonly threatProtection?: cognito.StandardThreatProtectionMode;

  /**
   * What a password needs; what is left out stays as it is by default. Less than 8 characters add a warning at synth.
   *
   * @default - 12 characters, with upper and lower case, digits and symbols
   */
  readonly passwordPolicy?: cognito.PasswordPolicy;

  /**
   * What the login page's address begins with, unique in the region: lower-case letters, digits and hyphens,
   * without `aws`, `amazon` and `cognito`.
   *
   * @default - `mcp-` with a hash of the construct's path and the stack's id
   */
  readonly domainPrefix?: string;

  /**
   * An own host name for the login page, instead of `domainPrefix`. Its certificate must be in us-east-1, and its
   * DNS record is not created: point it to `userPoolDomain.cloudFrontEndpoint`.
   *
   * @default - a host name of Cognito's
   */
  readonly customDomain?: cognito.CustomDomainOptions;
}
