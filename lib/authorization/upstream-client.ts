import { RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct, IDependable } from 'constructs';
import { acknowledgeClientSecret } from '../private/acknowledgements';
import type { AuthorizationContext } from '../private/bindings';
import { BrokerRoute } from '../private/contract';
import { sharedSecret } from '../regions/shared-facts';
import type { BrokerSettings } from './broker-settings';

export interface UpstreamClientOptions {
  readonly userPool: cognito.IUserPool;
  readonly resourceServer: IDependable;
  /** Scopes as on the wire. */
  readonly scopes: readonly string[];
  readonly settings: BrokerSettings;
  readonly identityProviders: string[];
  readonly passkeys: boolean;
}

/** The one app client that the broker is, and where its secret lies. */
export interface UpstreamClient {
  readonly clientId: string;
  readonly secret: secretsmanager.ISecret;
}

/** Whoever signs in at the pool comes back to the broker and nowhere else. */
export function createUpstreamClient(
  scope: Construct,
  context: AuthorizationContext,
  options: UpstreamClientOptions,
): UpstreamClient {
  const { userPool, settings } = options;
  const client = new cognito.UserPoolClient(scope, 'BrokerClient', {
    userPool,
    userPoolClientName: context.serverName,
    generateSecret: true,
    // Without the choice of factors, the login page does not offer passkeys.
    authFlows: { userSrp: true, user: options.passkeys || undefined },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      callbackUrls: [`${context.origin}${BrokerRoute.callback.split(' ')[1]}`],
      scopes: options.scopes.map((name) => cognito.OAuthScope.custom(name)),
    },
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: settings.accessLifetime,
    idTokenValidity: settings.accessLifetime,
    // Not rotated: the handles that clients hold are, by the broker.
    refreshTokenValidity: settings.grantLifetime,
  });
  const resource = client.node.defaultChild as cognito.CfnUserPoolClient;
  resource.supportedIdentityProviders = options.identityProviders;
  // Scopes are named by text, which CloudFormation does not take for a dependency.
  client.node.addDependency(options.resourceServer);
  // Without a style of its own, a client's managed login answers with an error page.
  new cognito.CfnManagedLoginBranding(scope, 'Style', {
    userPoolId: userPool.userPoolId,
    clientId: client.userPoolClientId,
    useCognitoProvidedValues: true,
  });
  return { clientId: client.userPoolClientId, secret: keepSecret(scope, resource, context) };
}

/**
 * The client's secret as CloudFormation knows it, without a function that may read the secrets of all clients. It is
 * a copy that goes with the client, so it is not retained.
 */
function keepSecret(
  scope: Construct,
  client: cognito.CfnUserPoolClient,
  { serverName, state }: AuthorizationContext,
): secretsmanager.Secret {
  const secret = new secretsmanager.Secret(scope, 'BrokerClientSecret', {
    description: `Secret with which the broker of ${serverName} signs in at its user pool`,
    secretStringValue: SecretValue.resourceAttribute(client.attrClientSecret),
    encryptionKey: state.encryptionKey,
    ...sharedSecret(scope, state.region, 'upstream'),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  acknowledgeClientSecret(secret);
  return secret;
}
