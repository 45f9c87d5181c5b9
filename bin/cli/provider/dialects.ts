/** How well-known providers spell their access tokens, as far as it differs from RFC 9068. */
export interface Dialect {
  readonly name: string;
  /** Properties of the construct, as code. */
  readonly properties: readonly string[];
  /** What to set at the provider. */
  readonly advice: readonly string[];
}

interface Known extends Omit<Dialect, 'properties'> {
  readonly matches: (issuer: URL) => boolean;
  readonly properties: (issuer: string) => readonly string[];
}

const KNOWN: readonly Known[] = [
  {
    name: 'Okta',
    matches: ({ hostname }) => /\.(okta|oktapreview|okta-emea)\.com$/.test(hostname),
    properties: () => ["headerTypes: ['none'],", "scopeClaim: 'scp',", "clientClaim: 'cid',", "subjectClaim: 'uid',"],
    advice: [
      'use a custom authorization server, its audience the MCP URL: tokens of the org server are for Okta alone',
      'add a `groups` claim to access tokens where rules ask for groups',
    ],
  },
  {
    name: 'Auth0',
    matches: ({ hostname }) => hostname.endsWith('.auth0.com'),
    properties: (issuer) => [`otherAudiences: [${quoted(`${issuer}userinfo`)}],`],
    advice: [
      'choose the RFC 9068 token profile for the API, whose identifier is the MCP URL',
      'switch the resource parameter compatibility profile on, or clients’ `resource` counts for nothing',
      'a custom claim with groups needs a namespace: name it in `groupsClaim`',
    ],
  },
  {
    name: 'Microsoft Entra ID',
    matches: ({ hostname }) => /(^|\.)login\.microsoftonline\.(com|us)$/.test(hostname),
    properties: () => [
      "audience: '<application id of the API>',",
      "scopePrefix: 'api://<application id of the API>/',",
      "claimScopePrefix: '',",
      "headerTypes: ['JWT'],",
      "requiredClaims: { ver: '2.0' },",
      "scopeClaim: 'scp',",
      "machineScopeClaim: 'roles',",
      "clientClaim: 'azp',",
      "groupsClaim: 'roles',",
    ],
    advice: [
      'set `requestedAccessTokenVersion` of the API to 2, and use the issuer of one tenant',
      'it advertises no S256 and takes no `resource`, without which most MCP clients give up: let people sign in with it ' +
        'at a user pool, by McpAuthorization.cognito and `identityProviders`',
    ],
  },
  {
    name: 'Keycloak',
    matches: ({ pathname }) => /\/realms\/[^/]+\/?$/.test(pathname),
    properties: () => ["headerTypes: ['JWT'],", "requiredClaims: { typ: 'Bearer' },", "clientClaim: 'azp',"],
    advice: [
      'add an audience mapper with the MCP URL to the client scopes of this server',
      'switch `Use "at+jwt" as access token header type` on where there is it, and leave headerTypes out',
      'a group mapper with the full path writes `/admins`: switch the path off, or name groups so',
    ],
  },
  {
    name: 'PingOne',
    matches: ({ hostname }) => /(^|\.)auth\.pingone\.(com|eu|ca|asia|com\.au|sg)$/.test(hostname),
    properties: () => ["headerTypes: ['at+jwt', 'none'],"],
    advice: ['make a custom resource whose audience is the MCP URL, and leave `openid` to other requests'],
  },
];

export function dialectOf(issuer: string): Dialect | undefined {
  const known = KNOWN.find(({ matches }) => matches(new URL(issuer)));
  return known && { name: known.name, advice: known.advice, properties: known.properties(issuer) };
}

/** A text as TypeScript has it. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/[^\x20-\x7e]/g, '?')}'`;
}
