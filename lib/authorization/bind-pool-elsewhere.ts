import { Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { AuthorizationBinding, AuthorizationContext } from '../private/bindings';
import { failOnProblems } from '../private/errors';
import { createKeyedTable } from '../private/keyed-table';
import { isPrimary, type RegionPlan, sharedName } from '../private/region-plan';
import { scopeListProblems } from '../private/scopes';
import { limitReferences } from '../regions/reference-limit';
import { factOf, machineFactOf, machineListOf } from '../regions/shared-facts';
import type { BrokerSettings } from './broker-settings';

/** Whether the user pool is made in another region of the same server. */
export function isElsewhere(
  context: AuthorizationContext,
): context is AuthorizationContext & { readonly state: { readonly region: RegionPlan } } {
  const { region } = context.state;
  return region !== undefined && !isPrimary(region);
}

/**
 * The pool of the primary region, as it is known here: by the facts and the secret that were replicated. Nothing is
 * made in the pool; machine clients are those the primary region made under the same ids.
 */
export function bindPoolElsewhere(
  scope: Construct,
  settings: BrokerSettings,
  context: AuthorizationContext & { readonly state: { readonly region: RegionPlan } },
): AuthorizationBinding {
  const { region } = context.state;
  const declared = Object.keys(context.scopes);
  const issuer = factOf(region, 'issuer');
  const loginUrl = factOf(region, 'loginUrl');
  const clientId = factOf(region, 'client');
  const machines = new Map<string, readonly string[]>();
  limitReferences(scope);
  return {
    tokenIssuer: issuer,
    jwksUri: `${issuer}/.well-known/jwks.json`,
    scopePrefix: `${context.mcpUrl}/`,
    userClientIds: settings.users ? [clientId] : [],
    addMachineClient: (id, { scopes }) => {
      failOnProblems(scope, scopeListProblems(`\`scopes\` of machine client '${id}'`, scopes, declared));
      machines.set(id, scopes);
      return { clientId: machineFactOf(region, id), scopes: [...scopes] };
    },
    machineClientList: () => machineListOf(region, [...machines.keys()]),
    machineScopes: () => Object.fromEntries(machines),
    exchangeClientId: context.exchangeScopes.length > 0 ? factOf(region, 'exchange') : undefined,
    userPoolArn: Stack.of(scope).formatArn({
      service: 'cognito-idp',
      region: region.regions[0],
      resource: 'userpool',
      resourceName: factOf(region, 'pool'),
    }),
    broker: {
      ...settings,
      clientId,
      secret: secretsmanager.Secret.fromSecretNameV2(scope, 'BrokerClientSecret', sharedName(region, 'upstream')),
      authorizeUrl: `${loginUrl}/oauth2/authorize`,
      tokenUrl: `${loginUrl}/oauth2/token`,
      revokeUrl: `${loginUrl}/oauth2/revoke`,
      table: createKeyedTable(scope, 'Grants', context.state),
    },
  };
}
