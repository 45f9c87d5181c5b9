/** What the demonstration needs to know of a running stack: a part of what `.local/stack.json` says. */
export interface DemonstrationStack {
  readonly mcpUrl: string;
  /** Issuer that clients see; the broker's where it is the origin of the MCP URL. */
  readonly authorizationServer?: string;
  /** Where clients register themselves, if they may. */
  readonly registrationEndpoint?: string;
  /** The gateway renames `WWW-Authenticate` of what is behind it: only the body says which scope a call lacks. */
  readonly renamesChallenge?: boolean;
  readonly machineClients: Readonly<Record<string, MachineClient>>;
  readonly clients: Readonly<Record<string, PublicClient>>;
  readonly users: readonly DemonstrationUser[];
}

export interface MachineClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
}

export interface PublicClient {
  readonly clientId: string;
  readonly clientSecret?: string;
  readonly redirectUris: readonly string[];
  /** It needs a secret. */
  readonly confidential?: boolean;
}

export interface DemonstrationUser {
  readonly username: string;
  readonly password: string;
  readonly groups: readonly string[];
}

/** The machine client that may do least: what it is refused shows most. */
export function leastMachineClient(stack: DemonstrationStack): [string, MachineClient] | undefined {
  return Object.entries(stack.machineClients).sort(([, a], [, b]) => a.scopes.length - b.scopes.length)[0];
}

/**
 * The client to sign in with: `local-dev` if there is one, another pre-registered one, or, without a client, one that
 * registers itself.
 */
export function signInClient(stack: DemonstrationStack): [string, PublicClient | undefined] | undefined {
  const usable = Object.entries(stack.clients).filter(
    ([, client]) => client.redirectUris.length > 0 && (!client.confidential || client.clientSecret !== undefined),
  );
  const registered = usable.find(([name]) => name === 'local-dev') ?? usable[0];
  return registered ?? (stack.registrationEndpoint === undefined ? undefined : ['demonstration', undefined]);
}

/** Whether a broker stands before the provider: it asks the user for consent and keeps the grant. */
export function hasBroker(stack: DemonstrationStack): boolean {
  return stack.authorizationServer === new URL(stack.mcpUrl).origin;
}

/** The user in most groups and, if there is another, the one in fewest. */
export function usersByGroups(stack: DemonstrationStack): { more?: DemonstrationUser; fewer?: DemonstrationUser } {
  const [more, ...others] = [...stack.users].sort((a, b) => b.groups.length - a.groups.length);
  return { more, fewer: others.at(-1) };
}

/** A scope without the resource before it, as people call it. */
export function shortScopes(stack: DemonstrationStack, scopes: readonly string[]): string {
  return scopes.map((scope) => scope.replace(`${stack.mcpUrl}/`, '')).join(', ');
}
