import type { AppClientConfig, IdentityConfig, PoolConfig } from './config';

const STANDARD_SCOPES = ['openid', 'email', 'phone', 'profile', 'aws.cognito.signin.user.admin'];
const MAX_SCOPES_PER_CLIENT = 50;
const DAY = 86_400;

/** What Cognito refuses when a pool or client is created, so that a template that cannot deploy does not run here. */
export function problemsOf(config: IdentityConfig): readonly string[] {
  return config.pools.flatMap((pool) => [
    ...poolProblems(pool),
    ...pool.clients.flatMap((c) => clientProblems(pool, c)),
  ]);
}

function poolProblems(pool: PoolConfig): readonly string[] {
  return pool.users.flatMap((user) =>
    user.groups
      .filter((group) => !pool.groups.includes(group))
      .map(
        (group) => `user '${user.username}' is in group '${group}', which pool ${pool.poolId} lacks: create the group`,
      ),
  );
}

function clientProblems(pool: PoolConfig, client: AppClientConfig): readonly string[] {
  const name = `app client '${client.clientName ?? client.clientId}'`;
  const declared = new Set([
    ...STANDARD_SCOPES,
    ...pool.resourceServers.flatMap((server) => server.scopes.map((scope) => `${server.identifier}/${scope}`)),
  ]);
  const machine = client.flows.includes('client_credentials');
  const checks: readonly (string | false)[] = [
    ...client.callbackUrls.map(
      (url) =>
        !callbackAllowed(url) && `${name}: callback '${url}' must be https, or http on localhost, without fragment`,
    ),
    ...client.scopes.map(
      (scope) => !declared.has(scope) && `${name}: scope '${scope}' is of no resource server: declare it, or drop it`,
    ),
    ...client.scopes.map(
      (scope) =>
        machine &&
        STANDARD_SCOPES.includes(scope) &&
        `${name}: client_credentials takes custom scopes only, not '${scope}'`,
    ),
    client.scopes.length > MAX_SCOPES_PER_CLIENT &&
      `${name}: ${client.scopes.length} scopes are more than the ${MAX_SCOPES_PER_CLIENT} a client may have: use several clients`,
    client.flows.length > 0 && client.scopes.length === 0 && `${name}: OAuth flows need scopes: allow at least one`,
    machine && !client.clientSecret && `${name}: client_credentials needs a client secret: generate one`,
    machine &&
      client.flows.length > 1 &&
      `${name}: client_credentials cannot be combined with ${client.flows.filter((f) => f !== 'client_credentials')}: use two clients`,
    outside(client.accessTokenSeconds, 300, DAY) && `${name}: access tokens live 5 minutes to 1 day`,
    outside(client.idTokenSeconds, 300, DAY) && `${name}: ID tokens live 5 minutes to 1 day`,
    outside(client.refreshTokenSeconds, 3600, 3650 * DAY) && `${name}: refresh tokens live 1 hour to 3650 days`,
  ];
  return checks.filter((problem) => problem !== false);
}

function callbackAllowed(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.hash !== '' || value.endsWith('#')) return false;
  return url.protocol !== 'http:' || isLoopback(url.hostname);
}

/** The hosts for which Cognito takes plain http. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
}

function outside(seconds: number, least: number, most: number): boolean {
  return seconds < least || seconds > most;
}
