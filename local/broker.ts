import { BrokerRoute, BrokerVariable, type ClientRegistrations } from '../lib/private/contract';
import type { Deployment } from './deployment/deployment';
import type { FunctionSpec } from './deployment/functions';
import { routesOf } from './deployment/routes';
import { LocalFailure } from './failure';
import type { StackFile } from './stack-file';

/** What `stack.json` says about the authorization server that clients see. */
export type BrokerDescription = Pick<
  StackFile,
  | 'authorizationServer'
  | 'authorizationEndpoint'
  | 'tokenEndpoint'
  | 'revocationEndpoint'
  | 'registrationEndpoint'
  | 'metadataHosts'
  | 'clients'
  | 'grantsTable'
>;

/** The broker of a server, found by what its environment says; undefined where clients talk to the pool itself. */
export function describeBroker(deployment: Deployment, resource: string): BrokerDescription | undefined {
  const broker = deployment.functions.find(
    ({ variables }) =>
      variables[BrokerVariable.resource] === resource &&
      variables[BrokerVariable.clients] !== undefined &&
      variables[BrokerVariable.issuer] !== undefined,
  );
  if (!broker) return undefined;
  const issuer = broker.variables[BrokerVariable.issuer] as string;
  const at = (route: string) => `${issuer}${route.split(' ')[1]}`;
  const registrations = registrationsOf(broker);
  return {
    authorizationServer: issuer,
    authorizationEndpoint: at(BrokerRoute.authorize),
    tokenEndpoint: at(BrokerRoute.token),
    revocationEndpoint: at(BrokerRoute.revoke),
    registrationEndpoint: leadsTo(deployment, broker, BrokerRoute.register) ? at(BrokerRoute.register) : undefined,
    metadataHosts: registrations.metadataDocuments?.allowedHosts ?? [],
    clients: Object.fromEntries(
      (registrations.preRegistered ?? []).map(({ id, redirectUris, secretHash }) => [
        id,
        { clientId: id, redirectUris, confidential: secretHash !== undefined },
      ]),
    ),
    grantsTable: broker.variables[BrokerVariable.table],
  };
}

function registrationsOf({ logicalId, variables }: FunctionSpec): ClientRegistrations {
  try {
    return JSON.parse(variables[BrokerVariable.clients] as string) as ClientRegistrations;
  } catch {
    throw new LocalFailure(`${BrokerVariable.clients} of ${logicalId} is no JSON: the broker would not start`);
  }
}

function leadsTo(deployment: Deployment, broker: FunctionSpec, routeKey: string): boolean {
  return routesOf(deployment).some(
    ({ method, path, functionArn }) => `${method} ${path}` === routeKey && functionArn === broker.arn,
  );
}
