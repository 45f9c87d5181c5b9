import { Lazy } from 'aws-cdk-lib';
import type { AuthorizationBinding, EndpointBinding } from './bindings';
import { BrokerVariable, CONTRACT_VERSION, GuardVariable } from './contract';

/** What both functions are told about a server. */
export interface ServerFacts {
  readonly serverName: string;
  readonly displayName: string;
  readonly mcpUrl: string;
  readonly resourceMetadataUrl: string;
  readonly scopes: readonly string[];
  readonly initialScopes: readonly string[];
  readonly endpoint: EndpointBinding;
  readonly authorization: AuthorizationBinding;
  /** Read when the app is synthesised: machine clients are added later. */
  readonly machineClientIds: () => readonly string[];
}

/** The guard's variables, the policy apart: only the hosting knows how that travels. */
export function guardVariables(facts: ServerFacts): Record<string, string> {
  const { authorization, endpoint } = facts;
  return {
    [GuardVariable.contract]: CONTRACT_VERSION,
    [GuardVariable.server]: facts.serverName,
    [GuardVariable.resource]: facts.mcpUrl,
    [GuardVariable.resourceMetadata]: facts.resourceMetadataUrl,
    [GuardVariable.tokenIssuer]: authorization.tokenIssuer,
    [GuardVariable.jwksUri]: authorization.jwksUri,
    [GuardVariable.scopePrefix]: authorization.scopePrefix,
    [GuardVariable.userClients]: authorization.userClientIds.join(','),
    [GuardVariable.machineClients]: Lazy.string({ produce: () => facts.machineClientIds().join(',') }),
    ...origins(GuardVariable.allowedOrigins, endpoint),
  };
}

export function brokerVariables(facts: ServerFacts): Record<string, string> {
  const { authorization, endpoint } = facts;
  const wire = (scopes: readonly string[]) => scopes.map((scope) => `${authorization.scopePrefix}${scope}`).join(' ');
  return {
    [BrokerVariable.contract]: CONTRACT_VERSION,
    [BrokerVariable.resource]: facts.mcpUrl,
    [BrokerVariable.resourceName]: facts.displayName,
    [BrokerVariable.issuer]: endpoint.origin,
    [BrokerVariable.initialScopes]: wire(facts.initialScopes),
    [BrokerVariable.scopes]: wire(facts.scopes),
    [BrokerVariable.authorizationEndpoint]: authorization.authorizationEndpoint,
    [BrokerVariable.tokenEndpoint]: authorization.tokenEndpoint,
    [BrokerVariable.revocationEndpoint]: authorization.revocationEndpoint,
    ...origins(BrokerVariable.allowedOrigins, endpoint),
  };
}

function origins(variable: string, endpoint: EndpointBinding): Record<string, string> {
  return endpoint.allowedOrigins.length > 0 ? { [variable]: endpoint.allowedOrigins.join(',') } : {};
}
