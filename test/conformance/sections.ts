/** Every referee: the official suite in its two versions, our own scenarios, and how each is run. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmPackage } from '../clients/support/tools';
import { CLIENTS, SCENARIOS, VERSION } from './authorization-server';
import { RESOURCE_SERVER } from './resource-server/resource-server';
import type { Section } from './results';
import { FOREIGN, TRANSPORTS } from './target';

const FIRST = '0.1.16';

/** A section that the suite runs against the fixture. */
export interface ServerSection extends Section {
  /** Arguments that choose what the suite runs. */
  readonly choice: readonly string[];
}

export async function serverSections(): Promise<ServerSection[]> {
  const folder = join(await npmPackage('@modelcontextprotocol/conformance', VERSION), 'node_modules');
  const required = (revision: string) => requiredBy(folder, revision);
  const common = { columns: [...TRANSPORTS, ...FOREIGN] };
  return [
    ...['2026-07-28', '2025-11-25'].map((revision) => ({
      ...common,
      id: revision,
      title: `MCP ${revision}`,
      version: VERSION,
      choice: ['--requirements', revision],
      required: required(revision),
    })),
    {
      ...common,
      id: `2025-11-25 by ${FIRST}`,
      title: 'MCP 2025-11-25, by the last stable suite',
      version: FIRST,
      choice: ['--suite', 'active'],
      required: required('2025-11-25'),
    },
  ];
}

export const RESOURCE_SERVER_SECTION: Section = {
  id: 'resource server',
  title: 'OAuth resource server',
  version: 'our own',
  columns: TRANSPORTS,
  required: RESOURCE_SERVER.map(({ id }) => id),
  notes: new Map(
    RESOURCE_SERVER.map(({ id, description, reference }) => [
      id,
      `${description} ([${reference.id}](${reference.url}))`,
    ]),
  ),
};

export const AUTHORIZATION_SERVER_SECTION: Section = {
  id: 'authorization server',
  title: 'OAuth authorization server',
  version: VERSION,
  columns: CLIENTS,
  required: SCENARIOS,
};

/** The suite's own list of what a revision requires of a server. */
function requiredBy(folder: string, revision: string): string[] {
  const file = join(folder, '@modelcontextprotocol/conformance/requirements', `${revision}.yaml`);
  const [, list = ''] = /^server:\n((?: {2}- .+\n)+)/m.exec(readFileSync(file, 'utf8')) ?? [];
  const names = [...list.matchAll(/- (\S+)/g)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error(`no list of server scenarios in ${file}`);
  return names;
}
