import type * as cognito from 'aws-cdk-lib/aws-cognito';
import type { BrokerAuthorizationOptions } from './broker-authorization-options';

/** A user pool that exists already. Give `domain` or `loginUrl`. */
export interface UserPoolAuthorizationProps extends BrokerAuthorizationOptions {
  /**
   * The domain of the pool's login page. It must have the newer managed login, or no token is bound to the server.
   *
   * @default - `loginUrl` names it
   */
  readonly domain?: cognito.IUserPoolDomain;

  /**
   * The address of the pool's login page, such as `https://acme.auth.eu-central-1.amazoncognito.com`, for a domain
   * that is not part of this app.
   *
   * @default - the address of `domain`
   */
  readonly loginUrl?: string;
}
