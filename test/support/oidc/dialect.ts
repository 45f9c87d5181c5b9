/** How a provider spells its access tokens: by RFC 9068, or as many did before it. */

export interface Facts {
  readonly issuer: string;
  readonly audience: string;
  readonly client: string;
  /** Absent: the client itself. */
  readonly user?: { readonly username: string; readonly groups: readonly string[] };
  readonly scopes: readonly string[];
}

export interface Dialect {
  readonly header: Readonly<Record<string, unknown>>;
  claims(facts: Facts): Record<string, unknown>;
}

export const RFC_9068: Dialect = {
  header: { typ: 'at+jwt' },
  claims: ({ issuer, audience, client, user, scopes }) => ({
    iss: issuer,
    aud: audience,
    sub: user?.username ?? client,
    client_id: client,
    scope: scopes.join(' '),
    ...(user && { groups: user.groups }),
  }),
};

/** Scopes as a list and without their prefix, the client elsewhere, no type, no subject for machines. */
export const OTHER: Dialect = {
  header: {},
  claims: ({ issuer, audience, client, user, scopes }) => ({
    iss: issuer,
    aud: [audience, `${issuer}/userinfo`],
    ...(user && { sub: user.username, roles: user.groups }),
    cid: client,
    scp: scopes.map((scope) => scope.replace(/^api:\/\/[^/]+\//, '')),
  }),
};
