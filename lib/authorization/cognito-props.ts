import type { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { ClientRegistration } from './client-registration';

/** A user pool made for one MCP server. */
export interface CognitoAuthorizationProps {
  /**
   * The clients people use.
   *
   * @default - none: only machine clients can call the server
   */
  readonly clients?: ClientRegistration[];

  /**
   * How long an access token is valid, between 5 minutes and 1 day. A disabled user or a lost group takes
   * effect when it ends.
   *
   * @default Duration.minutes(15)
   */
  readonly accessLifetime?: Duration;

  /**
   * How long a client stays signed in without asking its user again: the validity of a refresh token, between
   * 1 hour and 10 years.
   *
   * @default Duration.days(30)
   */
  readonly refreshLifetime?: Duration;

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
