import { ANY_CLIENT, GuardVariable } from '../lib/private/contract';
import type { Deployment } from './deployment/deployment';
import { renamesChallenge } from './deployment/routes';
import { workloadsOf } from './deployment/workloads';
import { LocalFailure } from './failure';
import type { StackFile } from './stack-file';
import type { OriginRow } from './template/origins';

/** A server whose tokens come from an identity provider that is no part of the app. */
export interface ServerWithProvider {
  readonly resource: string;
  readonly issuer: string;
  /** Whether clients that register themselves at the provider are accepted. */
  readonly anyClient: boolean;
}

/** `<deployed origin>=<local origin>` of the command line. */
export function readProvider(text: string): OriginRow {
  const [deployed = '', local = '', ...more] = text.split('=');
  const pair = isHttpsOrigin(deployed) && (isHttpsOrigin(local) || LOOPBACK_ORIGIN.test(local));
  if (!pair || more.length > 0) {
    throw new LocalFailure(
      `--provider '${text}' is no pair of origins: write --provider https://id.example.com=http://localhost:5000`,
    );
  }
  return { deployed, local };
}

/** Found by what the guard is told: such a server has no resource server in a pool. */
export function serversWithProvider(deployment: Deployment): ServerWithProvider[] {
  return workloadsOf(deployment)
    .filter(({ variables }) => variables[GuardVariable.policy] !== undefined && GuardVariable.tokenProfile in variables)
    .map(({ variables }) => ({
      resource: variables[GuardVariable.resource] ?? '',
      issuer: variables[GuardVariable.tokenIssuer] ?? '',
      anyClient: variables[GuardVariable.userClients] === ANY_CLIENT,
    }));
}

/** What `stack.json` says of an app whose first server has a provider of its own; users and secrets are that one's. */
export async function describeWithProvider(
  deployment: Deployment,
  places: Pick<StackFile, 'logs' | 'auditLog' | 'tablesEndpoint'>,
): Promise<StackFile | undefined> {
  const [server] = serversWithProvider(deployment);
  if (server === undefined || deployment.pools.length > 0) return undefined;
  const { resource, issuer, anyClient } = server;
  const metadata = await metadataOf(issuer);
  return {
    mcpUrl: resource,
    resource,
    renamesChallenge: renamesChallenge(deployment, resource),
    issuer,
    authorizationServer: issuer,
    authorizationEndpoint: metadata.authorization_endpoint ?? '',
    tokenEndpoint: metadata.token_endpoint ?? '',
    revocationEndpoint: metadata.revocation_endpoint ?? '',
    registrationEndpoint: anyClient ? metadata.registration_endpoint : undefined,
    metadataHosts: [],
    machineClients: {},
    clients: {},
    users: [],
    logs: places.logs,
    auditLog: places.auditLog,
    region: deployment.region,
    tablesEndpoint: places.tablesEndpoint,
    signingKey: '',
  };
}

/** The authorizer was created by it, so it answers. */
async function metadataOf(issuer: string): Promise<Readonly<Record<string, string | undefined>>> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(5000) });
  return (await response.json()) as Record<string, string>;
}

const LOOPBACK_ORIGIN = /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;

function isHttpsOrigin(text: string): boolean {
  return text.startsWith('https://') && URL.canParse(text) && new URL(text).origin === text;
}
