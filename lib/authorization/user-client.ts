import type { Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import { failOnProblems } from '../private/errors';
import { MOST_CLIENT_SCOPES } from '../private/scopes';
import { redirectUriProblem } from '../private/web-addresses';
import type { PreRegisteredClientProps } from './client-registration';

export interface UserClientOptions {
  readonly userPool: cognito.UserPool;
  /** Scopes as on the wire. */
  readonly scopes: readonly string[];
  readonly accessLifetime: Duration;
  readonly refreshLifetime: Duration;
}

/** What is wrong with the clients people use, in words. */
export function userClientProblems(clients: readonly PreRegisteredClientProps[], scopeCount: number): string[] {
  const names = clients.map((client) => client.name);
  return clients.flatMap((client, index) => [
    ...nameProblems(client.name, names.indexOf(client.name) !== index),
    ...(client.redirectUris.length === 0
      ? [`client '${client.name}' has no redirect URI: name the address its users return to`]
      : client.redirectUris.map(redirectUriProblem).filter((problem) => problem !== undefined)),
    ...(scopeCount > MOST_CLIENT_SCOPES
      ? [`client '${client.name}' would have ${scopeCount} scopes, Cognito allows ${MOST_CLIENT_SCOPES}: declare fewer`]
      : []),
  ]);
}

function nameProblems(name: string, taken: boolean): string[] {
  if (!/^[\w +=,.@-]{1,128}$/.test(name)) {
    return [`client name '${name}' is not allowed: use 1 to 128 letters, digits, spaces and _+=,.@-`];
  }
  return taken ? [`client name '${name}' is taken: give each client its own`] : [];
}

/** An app client for the authorization code grant alone, with a login page that has a style. */
export function createUserClient(
  scope: Construct,
  client: PreRegisteredClientProps,
  options: UserClientOptions,
): cognito.UserPoolClient {
  const appClient = new cognito.UserPoolClient(scope, `Client-${client.name}`, {
    userPool: options.userPool,
    userPoolClientName: client.name,
    generateSecret: client.confidential ?? false,
    authFlows: { userSrp: true },
    oAuth: {
      flows: { authorizationCodeGrant: true },
      callbackUrls: client.redirectUris,
      scopes: options.scopes.map((name) => cognito.OAuthScope.custom(name)),
    },
    supportedIdentityProviders: [cognito.UserPoolClientIdentityProvider.COGNITO],
    preventUserExistenceErrors: true,
    enableTokenRevocation: true,
    accessTokenValidity: options.accessLifetime,
    idTokenValidity: options.accessLifetime,
    refreshTokenValidity: options.refreshLifetime,
  });
  // Without a style of its own, a client's managed login answers with an error page.
  new cognito.CfnManagedLoginBranding(scope, `Style-${client.name}`, {
    userPoolId: options.userPool.userPoolId,
    clientId: appClient.userPoolClientId,
    useCognitoProvidedValues: true,
  });
  return appClient;
}

/** Fails with everything that is wrong with the clients. */
export function checkUserClients(
  scope: Construct,
  clients: readonly PreRegisteredClientProps[],
  scopeCount: number,
): void {
  failOnProblems(scope, userClientProblems(clients, scopeCount));
}
