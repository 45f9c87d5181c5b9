import * as cognito from 'aws-cdk-lib/aws-cognito';
import type { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { createKeyedTable } from '../private/keyed-table';
import { SharedFacts } from '../regions/shared-facts';
import type { BrokerSettings } from './broker-settings';
import { createExchangeClient } from './exchange-client';
import { MachineClients } from './machine-clients';
import { createUpstreamClient } from './upstream-client';

/** A pool, whoever made it, as the broker stands in front of it. */
export interface Pool {
  readonly userPool: cognito.IUserPool;
  readonly issuer: string;
  /** Scheme and host of the login page, no trailing slash. */
  readonly loginUrl: string;
  readonly identityProviders: string[];
  readonly passkeys: boolean;
}

/**
 * What a server needs of a pool. All of it is made in the server's own scope: a pool of another stack would otherwise
 * depend on the server that depends on it. The resource server is the MCP URL, so its scopes are unmistakable.
 */
export function bindPool(
  scope: Construct,
  pool: Pool,
  settings: BrokerSettings,
  context: AuthorizationContext,
): AuthorizationBinding {
  const { userPool } = pool;
  const declared = Object.keys(context.scopes);
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
  const upstream = createUpstreamClient(scope, context, {
    userPool,
    resourceServer,
    settings,
    // Where nobody signs in the client lies idle, but Cognito makes none without a scope.
    scopes: (settings.users ? declared : declared.slice(0, 1)).map((name) => `${scopePrefix}${name}`),
    identityProviders: pool.identityProviders,
    passkeys: pool.passkeys,
  });
  const exchanged = context.exchangeScopes.map((name) => `${scopePrefix}${name}`);
  const { accessLifetime } = settings;
  const machines = new MachineClients(scope, { userPool, resourceServer, scopePrefix, declared, accessLifetime });
  const exchangeClientId =
    exchanged.length > 0
      ? createExchangeClient(scope, { userPool, serverName: context.serverName, resourceServer, scopes: exchanged })
      : undefined;
  const facts = SharedFacts.of(scope, context.state, {
    issuer: pool.issuer,
    loginUrl: pool.loginUrl,
    pool: userPool.userPoolId,
    client: upstream.clientId,
    exchange: exchangeClientId,
  });
  return {
    tokenIssuer: pool.issuer,
    jwksUri: `${pool.issuer}/.well-known/jwks.json`,
    scopePrefix,
    userClientIds: settings.users ? [upstream.clientId] : [],
    addMachineClient: (id, options) => facts.withMachine(id, machines.add(id, options)),
    userPool,
    exchangeClientId,
    broker: {
      ...settings,
      clientId: upstream.clientId,
      secret: upstream.secret,
      authorizeUrl: `${pool.loginUrl}/oauth2/authorize`,
      tokenUrl: `${pool.loginUrl}/oauth2/token`,
      revokeUrl: `${pool.loginUrl}/oauth2/revoke`,
      table: createKeyedTable(scope, 'Grants', context.state),
    },
  };
}
