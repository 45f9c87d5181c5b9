import { join } from 'node:path';
import { type BrokerDescription, describeBroker } from './broker';
import type { Deployment } from './deployment/deployment';
import { addressesAt, renamesChallenge } from './deployment/routes';
import { LocalFailure } from './failure';
import type { AppClientConfig, PoolConfig } from './identity/config';
import type { StackFile } from './stack-file';

/** What `stack.json` says about a running deployment: its first MCP server, when there are several. */
export function describeStack(
  deployment: Deployment,
  places: {
    readonly logs: string;
    readonly auditLog: string;
    readonly keyDir: string;
    readonly tablesEndpoint?: string;
  },
): StackFile {
  const [server] = findServers(deployment);
  if (!server) {
    throw new LocalFailure(
      'the app has no MCP server: no user pool has a resource server whose identifier is the address of an API route',
    );
  }
  const { pool, resource } = server;
  return {
    mcpUrl: resource,
    resource,
    renamesChallenge: renamesChallenge(deployment, resource),
    issuer: pool.issuer,
    ...(describeBroker(deployment, resource) ?? describePool(deployment, pool)),
    machineClients: byName(pool, 'client_credentials', (client) => ({
      clientId: client.clientId,
      clientSecret: client.clientSecret ?? '',
      scopes: client.scopes,
    })),
    users: pool.users.map(({ username, password, groups }) => ({ username, password, groups })),
    logs: places.logs,
    auditLog: places.auditLog,
    region: deployment.region,
    tablesEndpoint: places.tablesEndpoint,
    signingKey: join(places.keyDir, `${pool.poolId}.jwk.json`),
  };
}

/** Without a broker, clients talk to the managed login and are app clients of the pool. */
function describePool(deployment: Deployment, pool: PoolConfig): BrokerDescription {
  const login = deployment.endpoints.find((one) => one.kind === 'managed-login' && one.target === pool.poolId);
  if (!login) throw new LocalFailure(`the user pool ${pool.poolId} has no domain: without one nobody can get a token`);
  return {
    authorizationServer: pool.issuer,
    authorizationEndpoint: `${login.local}/oauth2/authorize`,
    tokenEndpoint: `${login.local}/oauth2/token`,
    revocationEndpoint: `${login.local}/oauth2/revoke`,
    metadataHosts: [],
    clients: byName(pool, 'code', (client) => ({
      clientId: client.clientId,
      clientSecret: client.clientSecret,
      redirectUris: client.callbackUrls,
      confidential: client.clientSecret !== undefined,
    })),
  };
}

/** An MCP server is found by its resource server: the identifier is the address of one of the app's routes. */
export function findServers(deployment: Deployment): { pool: PoolConfig; resource: string }[] {
  const addresses = new Set(deployment.endpoints.flatMap((endpoint) => addressesAt(deployment, endpoint)));
  return deployment.pools.flatMap((pool) =>
    pool.resourceServers
      .filter((server) => addresses.has(server.identifier))
      .map((server) => ({ pool, resource: server.identifier })),
  );
}

/** The client that exchanges tokens is the guard's alone. */
function byName<T>(pool: PoolConfig, flow: string, describe: (client: AppClientConfig) => T): Record<string, T> {
  return Object.fromEntries(
    pool.clients
      .filter((client) => client.flows.includes(flow) && !client.tokenExchange)
      .map((client) => [client.clientName ?? client.clientId, describe(client)]),
  );
}
