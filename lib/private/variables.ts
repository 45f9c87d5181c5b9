import { type Duration, Lazy, Tokenization } from 'aws-cdk-lib';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { AuthorizationBinding, BrokerBinding, EndpointBinding } from './bindings';
import { AuthorizerVariable, BrokerVariable, CONTRACT_VERSION, DocumentsVariable, GuardVariable } from './contract';

/** What both functions are told about a server. */
export interface ServerFacts {
  readonly serverName: string;
  readonly displayName: string;
  readonly mcpUrl: string;
  readonly resourceMetadataUrl: string;
  /** Declared scopes and what they allow, in words. */
  readonly scopes: Readonly<Record<string, string>>;
  readonly initialScopes: readonly string[];
  readonly endpoint: EndpointBinding;
  readonly authorization: AuthorizationBinding;
  /** The guard's own table. */
  readonly stateTable: dynamodb.ITable;
  /** `MCP_REGIONS`, where there are several. */
  readonly regions?: string;
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
    [GuardVariable.machineClients]: machineClients(facts),
    [GuardVariable.grants]: authorization.broker?.table.tableName ?? 'none',
    [GuardVariable.state]: facts.stateTable.tableName,
    ...(authorization.exchangeClientId && { [GuardVariable.exchangeClient]: authorization.exchangeClientId }),
    ...tokenProfile(facts),
    ...(facts.regions && { [GuardVariable.regions]: facts.regions }),
    ...origins(endpoint),
  };
}

/** The variables of the function that answers with the discovery document where there is no broker. */
export function documentsVariables(facts: ServerFacts): Record<string, string> {
  const { authorization, endpoint } = facts;
  return {
    [DocumentsVariable.contract]: CONTRACT_VERSION,
    [DocumentsVariable.resource]: facts.mcpUrl,
    [DocumentsVariable.resourceName]: facts.displayName,
    [DocumentsVariable.authorizationServer]: authorization.tokenIssuer,
    [DocumentsVariable.scopePrefix]: authorization.scopePrefix,
    [DocumentsVariable.initialScopes]: facts.initialScopes.join(' '),
    ...origins(endpoint),
  };
}

/** The variables of a Lambda authorizer: what of the guard's it takes to judge a token. */
export function authorizerVariables(facts: ServerFacts): Record<string, string> {
  const guard = guardVariables(facts);
  const judged = Object.values(AuthorizerVariable).filter((name) => name in guard);
  return {
    ...Object.fromEntries(judged.map((name) => [name, guard[name] ?? ''])),
    [AuthorizerVariable.scopes]: Object.keys(facts.scopes).join(' '),
  };
}

export function brokerVariables(facts: ServerFacts, broker: BrokerBinding): Record<string, string> {
  const { authorization, endpoint } = facts;
  return {
    [BrokerVariable.contract]: CONTRACT_VERSION,
    [BrokerVariable.server]: facts.serverName,
    [BrokerVariable.resource]: facts.mcpUrl,
    [BrokerVariable.resourceName]: facts.displayName,
    [BrokerVariable.issuer]: endpoint.origin,
    [BrokerVariable.scopePrefix]: authorization.scopePrefix,
    [BrokerVariable.scopes]: JSON.stringify(facts.scopes),
    [BrokerVariable.initialScopes]: facts.initialScopes.join(' '),
    [BrokerVariable.tokenIssuer]: authorization.tokenIssuer,
    [BrokerVariable.jwksUri]: authorization.jwksUri,
    [BrokerVariable.upstreamClient]: broker.clientId,
    [BrokerVariable.upstreamSecret]: broker.secret.secretArn,
    [BrokerVariable.upstreamAuthorize]: broker.authorizeUrl,
    [BrokerVariable.upstreamToken]: broker.tokenUrl,
    [BrokerVariable.upstreamRevoke]: broker.revokeUrl,
    [BrokerVariable.machineClients]: machineClients(facts),
    [BrokerVariable.table]: broker.table.tableName,
    [BrokerVariable.clients]: JSON.stringify(broker.registrations),
    [BrokerVariable.grantSeconds]: seconds(broker.grantLifetime),
    ...(broker.branding && { [BrokerVariable.branding]: JSON.stringify(broker.branding) }),
    ...(broker.rememberConsent && { [BrokerVariable.rememberConsent]: seconds(broker.rememberConsent) }),
    ...(facts.regions && { [BrokerVariable.regions]: facts.regions }),
    ...origins(endpoint),
  };
}

function tokenProfile({ authorization: { provider } }: ServerFacts): Record<string, string> {
  if (provider === undefined) return {};
  return { [GuardVariable.tokenProfile]: Lazy.string({ produce: () => JSON.stringify(provider.tokenProfile()) }) };
}

function machineClients({ authorization, machineClientIds }: ServerFacts): string {
  return Lazy.string({ produce: () => authorization.machineClientList?.() ?? machineClientIds().join(',') });
}

function seconds(lifetime: Duration): string {
  return Tokenization.stringifyNumber(lifetime.toSeconds());
}

/** An endpoint that answers for pages itself says nothing of the headers they may send. */
function origins({ allowedOrigins, pageHeaders }: EndpointBinding): Record<string, string> {
  if (allowedOrigins.length === 0) return {};
  return {
    [GuardVariable.allowedOrigins]: allowedOrigins.join(','),
    ...(pageHeaders && { [GuardVariable.cors]: pageHeaders.join(',') }),
  };
}
