import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct, IDependable } from 'constructs';
import { acknowledgeTokenExchange } from '../private/acknowledgements';

export interface ExchangeClientOptions {
  readonly userPool: cognito.IUserPool;
  readonly serverName: string;
  readonly resourceServer: IDependable;
  /** As on the wire: derived tokens hold no other. */
  readonly scopes: readonly string[];
}

/**
 * The app client in whose name the guard exchanges tokens. It has a secret that nobody reads: the guard proves itself by
 * its role, and without role or secret a stolen token cannot be exchanged. Nobody signs in with it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-token-exchange.html
 */
export function createExchangeClient(scope: Construct, options: ExchangeClientOptions): string {
  const client = new cognito.UserPoolClient(scope, 'ExchangeClient', {
    userPool: options.userPool,
    userPoolClientName: `${options.serverName} downstream`.slice(0, 128),
    generateSecret: true,
    oAuth: {
      // Cognito takes scopes only with a flow; this one needs the secret, and no browser can begin it.
      flows: { clientCredentials: true },
      scopes: options.scopes.map((name) => cognito.OAuthScope.custom(name)),
    },
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
  });
  (client.node.defaultChild as cognito.CfnUserPoolClient).explicitAuthFlows = ['ALLOW_TOKEN_EXCHANGE_IMPERSONATION'];
  acknowledgeTokenExchange(client);
  client.node.addDependency(options.resourceServer);
  return client.userPoolClientId;
}
