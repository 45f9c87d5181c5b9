import { Annotations, Duration } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { fail } from '../private/errors';
import type { CognitoAuthorizationProps } from './cognito-props';
import { MachineClients } from './machine-clients';
import { checkUserClients, createUserClient } from './user-client';
import { createDomain, createGroups, createUserPool } from './user-pool';

/** A pool whose resource server is the MCP URL: its scopes are then unmistakably those of this server. */
export function bindCognito(
  parent: Construct,
  props: CognitoAuthorizationProps,
  context: AuthorizationContext,
): AuthorizationBinding {
  const scope = new Construct(parent, 'Authorization');
  const declared = Object.keys(context.scopes);
  const clients = (props.clients ?? []).map((client) => client._preRegistered());
  checkUserClients(scope, clients, declared.length);
  const accessLifetime = checkedLifetime(scope, 'accessLifetime', props.accessLifetime, ACCESS);
  const refreshLifetime = checkedLifetime(scope, 'refreshLifetime', props.refreshLifetime, REFRESH);
  warnOfLongAccess(scope, accessLifetime);

  const userPool = createUserPool(scope, context.state);
  createGroups(scope, userPool, context.groups, context.state);
  const userPoolDomain = createDomain(scope, userPool, props);
  const scopePrefix = `${context.mcpUrl}/`;
  const resourceServer = new cognito.UserPoolResourceServer(scope, 'ResourceServer', {
    userPool,
    identifier: context.mcpUrl,
    userPoolResourceServerName: context.serverName,
    scopes: declared.map(
      (scopeName) =>
        new cognito.ResourceServerScope({ scopeName, scopeDescription: context.scopes[scopeName] ?? scopeName }),
    ),
  });
  const userClients = clients.map((client) => {
    const scopes = declared.map((name) => `${scopePrefix}${name}`);
    const appClient = createUserClient(scope, client, { userPool, scopes, accessLifetime, refreshLifetime });
    // Scopes are named by text, which CloudFormation does not take for a dependency.
    appClient.node.addDependency(resourceServer);
    return appClient;
  });
  const machines = new MachineClients(scope, { userPool, resourceServer, scopePrefix, declared, accessLifetime });
  const login = userPoolDomain.baseUrl();
  return {
    tokenIssuer: userPool.userPoolProviderUrl,
    jwksUri: `${userPool.userPoolProviderUrl}/.well-known/jwks.json`,
    scopePrefix,
    authorizationEndpoint: `${login}/oauth2/authorize`,
    tokenEndpoint: `${login}/oauth2/token`,
    revocationEndpoint: `${login}/oauth2/revoke`,
    userClientIds: userClients.map((client) => client.userPoolClientId),
    addMachineClient: (id, scopes) => machines.add(id, scopes),
    userPool,
    userPoolDomain,
  };
}

interface Bounds {
  readonly usual: Duration;
  readonly least: Duration;
  readonly most: Duration;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
const ACCESS: Bounds = { usual: Duration.minutes(15), least: Duration.minutes(5), most: Duration.days(1) };
const REFRESH: Bounds = { usual: Duration.days(30), least: Duration.hours(1), most: Duration.days(3650) };

function checkedLifetime(scope: Construct, name: string, given: Duration | undefined, bounds: Bounds): Duration {
  const lifetime = given ?? bounds.usual;
  if (lifetime.isUnresolved()) return lifetime;
  const [value, least, most] = [lifetime, bounds.least, bounds.most].map((duration) => duration.toMilliseconds());
  if (value! < least! || value! > most!) {
    fail(
      scope,
      `${name} of ${lifetime.toHumanString()} is out of bounds: ` +
        `use ${bounds.least.toHumanString()} to ${bounds.most.toHumanString()}`,
    );
  }
  return lifetime;
}

function warnOfLongAccess(scope: Construct, lifetime: Duration): void {
  if (lifetime.isUnresolved() || lifetime.toMilliseconds() <= Duration.hours(1).toMilliseconds()) return;
  Annotations.of(scope).addWarningV2(
    'cdk-mcp:longAccess',
    `access tokens are valid for ${lifetime.toHumanString()}: a disabled user keeps access for as long`,
  );
}
