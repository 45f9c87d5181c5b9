import { referred, resourcesOf, type Template, textOf } from './template';

/** An app client that a server accepts. */
export interface Client {
  /** Its name in the pool; its id where nothing else is known. */
  readonly name: string;
  /** Scopes of this server it can obtain, unqualified; undefined: it is not in this template. */
  readonly scopes?: readonly string[];
  /** What stands for it until it is deployed, and may stand for several: nobody can tell who that is. */
  readonly reference?: string;
}

/** How a client gets its tokens: as itself, or for somebody who signs in. */
export type ClientKind = 'machine' | 'user';

export interface ServerScopes {
  /** What precedes a scope's name in an app client, rendered. */
  readonly prefix: string;
  readonly declared: readonly string[];
}

const FLOWS: Readonly<Record<ClientKind, readonly string[]>> = {
  machine: ['client_credentials'],
  user: ['code', 'implicit'],
};

const ELSEWHERE = 'what another stack names';

/** The clients in a comma-separated variable of the guard. */
export function clientsIn(value: unknown, kind: ClientKind, template: Template, scopes: ServerScopes): Client[] {
  const clients = appClients(template);
  return idsIn(value).map((id) => {
    const properties = clients.get(referred(id) ?? '');
    if (properties === undefined)
      return id.startsWith('{{resolve:') ? { name: ELSEWHERE, reference: id } : { name: id };
    return { name: nameOf(properties, id), scopes: obtainable(properties, kind, scopes) };
  });
}

/** The machine clients of a guard whose user pool is in another region: their names stand beside it. */
export function describedMachines(described: unknown, { declared }: ServerScopes): Client[] | undefined {
  if (typeof described !== 'object' || described === null) return undefined;
  return Object.entries(described).map(([name, scopes]) => {
    const held = listOf(scopes);
    return { name, scopes: declared.filter((scope) => held.includes(scope)) };
  });
}

/** Machine clients that can obtain scopes of this server, and are refused all the same: the guard does not list them. */
export function refusedMachines(allowed: unknown, template: Template, scopes: ServerScopes): Client[] {
  // Without a prefix any pool's scope of that name would look like this server's.
  if (scopes.prefix === '') return [];
  const listed = idsIn(allowed).map(referred);
  return [...appClients(template)]
    .filter(([logicalId]) => !listed.includes(logicalId))
    .map(([logicalId, properties]) => ({
      name: nameOf(properties, logicalId),
      scopes: obtainable(properties, 'machine', scopes),
    }))
    .filter((client) => client.scopes.length > 0);
}

function idsIn(value: unknown): string[] {
  return textOf(value)
    .split(',')
    .filter((id) => id !== '');
}

function appClients(template: Template): Map<string, Readonly<Record<string, unknown>>> {
  return new Map(resourcesOf(template, 'AWS::Cognito::UserPoolClient'));
}

function nameOf(properties: Readonly<Record<string, unknown>>, fallback: string): string {
  return textOf(properties.ClientName) || fallback;
}

function obtainable(
  properties: Readonly<Record<string, unknown>>,
  kind: ClientKind,
  { prefix, declared }: ServerScopes,
): string[] {
  const flows = listOf(properties.AllowedOAuthFlows);
  if (!FLOWS[kind].some((flow) => flows.includes(flow))) return [];
  const allowed = listOf(properties.AllowedOAuthScopes);
  return declared.filter((scope) => allowed.includes(`${prefix}${scope}`));
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}
