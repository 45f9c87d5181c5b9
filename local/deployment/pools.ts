import { LocalFailure } from '../failure';
import type { AppClientConfig, PoolConfig } from '../identity/config';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { demoUsers } from './demo-users';
import type { Endpoint } from './endpoints';
import { type Resource, resourcesOf } from './reader';

/** Cognito's defaults where an app client is silent. */
const ACCESS_SECONDS = 3600;
const ID_SECONDS = 3600;
const REFRESH_SECONDS = 30 * 86_400;

const SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** Scopes every pool has, beside those of its resource servers. */
const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];

/** The user pools of the app, as the embedded identity provider takes them. */
export function readPools(
  stacks: readonly Stack[],
  origins: readonly OriginRow[],
  endpoints: readonly Endpoint[],
): PoolConfig[] {
  const all = (type: string) => resourcesOf(stacks, `AWS::Cognito::${type}`, origins);
  const related = {
    clients: all('UserPoolClient'),
    servers: all('UserPoolResourceServer'),
    groups: all('UserPoolGroup'),
    domains: all('UserPoolDomain'),
    branded: new Set(all('ManagedLoginBranding').map((branding) => branding.property('ClientId'))),
  };
  return all('UserPool').map((pool) => {
    const of = (resources: readonly Resource[]) => resources.filter((one) => one.required('UserPoolId') === pool.id);
    const resourceServers = of(related.servers).map((server) => ({
      identifier: server.required<string>('Identifier'),
      scopes: (server.property<{ ScopeName: string }[]>('Scopes') ?? []).map((scope) => scope.ScopeName),
    }));
    const groups = of(related.groups).map((group) => group.required<string>('GroupName'));
    const byEmail = pool.property<string[]>('UsernameAttributes')?.includes('email') ?? false;
    const config: PoolConfig = {
      poolId: pool.id,
      issuer: pool.attribute('ProviderURL'),
      featurePlan: pool.oneOf('UserPoolTier', ['LITE', 'ESSENTIALS', 'PLUS'], 'ESSENTIALS'),
      clients: of(related.clients).map((client) => readClient(client, related.branded)),
      resourceServers,
      groups,
      users: demoUsers(groups, byEmail),
      domain: readDomain(pool, of(related.domains), endpoints),
    };
    refuseUnknownScopes(config);
    return config;
  });
}

function readClient(client: Resource, branded: ReadonlySet<unknown>): AppClientConfig {
  const providers = client.property<string[]>('SupportedIdentityProviders') ?? ['COGNITO'];
  const foreign = providers.filter((provider) => provider !== 'COGNITO');
  if (foreign.length > 0) {
    throw new LocalFailure(
      `the app client ${client.logicalId} signs in at ${foreign.join(', ')}: only COGNITO runs here`,
    );
  }
  requireRevocation(client);
  const oauth = String(client.property('AllowedOAuthFlowsUserPoolClient') ?? false) === 'true';
  const units = client.property<Record<string, string>>('TokenValidityUnits') ?? {};
  const lifetime = (name: string, unit: string, otherwise: number) => {
    const value = client.property<number>(`${name}Validity`);
    return value ? Number(value) * (SECONDS[units[name] ?? unit] as number) : otherwise;
  };
  return {
    clientId: client.id,
    clientName: client.property('ClientName'),
    clientSecret:
      String(client.property('GenerateSecret') ?? false) === 'true' ? client.attribute('ClientSecret') : undefined,
    callbackUrls: client.property<string[]>('CallbackURLs') ?? [],
    logoutUrls: client.property<string[]>('LogoutURLs'),
    flows: oauth ? (client.property<string[]>('AllowedOAuthFlows') ?? []) : [],
    scopes: client.property<string[]>('AllowedOAuthScopes') ?? [],
    tokenExchange:
      client.property<string[]>('ExplicitAuthFlows')?.includes('ALLOW_TOKEN_EXCHANGE_IMPERSONATION') || undefined,
    accessTokenSeconds: lifetime('AccessToken', 'hours', ACCESS_SECONDS),
    idTokenSeconds: lifetime('IdToken', 'hours', ID_SECONDS),
    refreshTokenSeconds: lifetime('RefreshToken', 'days', REFRESH_SECONDS),
    branded: branded.has(client.id),
  };
}

/** What the broker builds on: `origin_jti` in tokens, a revocation endpoint, and refresh tokens that stay. */
function requireRevocation(client: Resource): void {
  if (String(client.property('EnableTokenRevocation') ?? true) !== 'true') {
    throw new LocalFailure(
      `the app client ${client.logicalId} switches EnableTokenRevocation off, which is not mimicked here: leave it on`,
    );
  }
  if (client.property<{ Feature?: string }>('RefreshTokenRotation')?.Feature === 'ENABLED') {
    throw new LocalFailure(
      `the app client ${client.logicalId} rotates refresh tokens, which is not mimicked here: leave RefreshTokenRotation out`,
    );
  }
}

function readDomain(
  pool: Resource,
  domains: readonly Resource[],
  endpoints: readonly Endpoint[],
): PoolConfig['domain'] {
  const [domain, ...others] = domains;
  if (others.length > 0)
    throw new LocalFailure(`the user pool ${pool.logicalId} has several domains: keep one to run it here`);
  const endpoint = endpoints.find((one) => one.kind === 'managed-login' && one.target === pool.id);
  if (!domain || !endpoint) return undefined;
  return {
    port: endpoint.port,
    managedLoginVersion: Number(domain.property('ManagedLoginVersion') ?? 1) === 2 ? 2 : 1,
  };
}

/** Cognito refuses to create such a client; no synth-time check finds it. */
function refuseUnknownScopes(pool: PoolConfig): void {
  const defined = pool.resourceServers.flatMap((server) =>
    server.scopes.map((scope) => `${server.identifier}/${scope}`),
  );
  for (const client of pool.clients) {
    const unknown = client.scopes.filter((scope) => !defined.includes(scope) && !STANDARD_SCOPES.includes(scope));
    if (unknown.length > 0) {
      throw new LocalFailure(
        `the app client ${client.clientName ?? client.clientId} allows ${unknown.join(', ')}, which no resource server of its pool defines`,
      );
    }
  }
}
