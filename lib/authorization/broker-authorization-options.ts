import type { Duration } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { ClientRegistration } from './client-registration';
import type { PageBranding } from './page-branding';

/**
 * How people and their clients get tokens: through the server's own OAuth authorization server, which asks for
 * consent and hands the tokens of a user pool on.
 */
export interface BrokerAuthorizationOptions {
  /**
   * How the clients that people use become known.
   *
   * @default - no such client: only machine clients can call the server
   */
  readonly clients?: ClientRegistration[];

  /**
   * How long an access token is valid, between 5 minutes and 1 day. A disabled user or a lost group takes
   * effect when it ends; a revoked grant within a minute.
   *
   * @default Duration.minutes(15)
   */
  readonly accessLifetime?: Duration;

  /**
   * How long a client stays signed in without asking its user again, between 1 hour and 10 years. The grant ends
   * then, however often it was refreshed.
   *
   * @default Duration.days(30)
   */
  readonly grantLifetime?: Duration;

  /**
   * For how long an approval counts for further sign-ins of the same user, in the same browser, with the same client,
   * redirect URI and scopes; between 1 minute and 365 days. People then do not see that a client signs in again, so
   * this adds a warning at synth. Never for clients that registered themselves or return to the user's own computer.
   *
   * @default - people are asked every time
   */
  readonly rememberConsent?: Duration;

  /**
   * Where people may sign in. Providers are made with the pool: `new UserPoolIdentityProviderOidc(this, 'Okta',
   * { userPool: server.userPool!, ... })`.
   *
   * @default - with the accounts of the pool itself, and with every provider this app adds to the pool
   */
  readonly identityProviders?: cognito.UserPoolClientIdentityProvider[];

  /**
   * Name, colour and support link of the consent page and of the pages that tell of errors.
   *
   * @default - plain pages
   */
  readonly branding?: PageBranding;
}
