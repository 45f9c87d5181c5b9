import type { Grant, ServerAccess } from './access';
import type { Client } from './clients';
import type { GrantRow } from './grants';

const GAP = '  ';
const HEADINGS = ['kind', 'name', 'scopes, all of', 'people', 'machine clients'];

/** One server as a reviewer reads it. */
export function accessTable(server: ServerAccess): string {
  const rows = server.access.map(rowOf);
  const footnotes = [
    'What no line names is neither listed nor callable.',
    ...(server.access.some((grant) => grant.unknownClients.length > 0)
      ? ['?: a client of another stack; it can call if it holds the scopes.']
      : []),
  ];
  return [
    `${server.server} (${server.function} of ${server.stack})`,
    ...indented(columns(headOf(server))),
    '',
    ...indented(columns([HEADINGS, HEADINGS.map((heading) => '-'.repeat(heading.length)), ...rows])),
    '',
    ...indented(footnotes),
  ].join('\n');
}

/** Grants as an operator reads them, the newest first. */
export function grantsTable(grants: readonly GrantRow[]): string {
  if (grants.length === 0) return 'no grants';
  const headings = ['grant', 'user', 'client', 'scopes', 'since', 'until', 'state'];
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const rows = grants.map((grant) => [
    grant.id,
    grant.user,
    grant.client,
    grant.scopes.join(', '),
    day(grant.created),
    day(grant.expires),
    grant.revoked === undefined ? 'alive' : `ended ${day(grant.revoked)}`,
  ]);
  return columns([headings, headings.map((heading) => '-'.repeat(heading.length)), ...rows]).join('\n');
}

function headOf(server: ServerAccess): string[][] {
  return [
    ['address', server.resource],
    ['scopes', server.scopes.join(', ')],
    ...(server.provider === undefined ? [] : [['provider', server.provider]]),
    ...labelled('people', peopleLines(server)),
    ...labelled('machines', server.machineClients.map(describe), 'none'),
    ...labelled(
      'refused',
      server.refusedClients.map((client) => `${describe(client)}; not allow-listed`),
    ),
  ];
}

function rowOf(grant: Grant): string[] {
  const machines = [...grant.machineClients, ...grant.unknownClients.map((name) => `${name}?`)];
  return [
    grant.kind,
    grant.pattern,
    grant.scopes.join(', '),
    peopleOf(grant),
    machines.length === 0 ? 'none' : machines.join(', '),
  ];
}

function peopleOf({ people, groups }: Grant): string {
  if (!people) return 'none';
  return groups === undefined ? 'any user' : `in ${groups.join(' or ')}`;
}

function describe({ name, scopes }: Client): string {
  if (scopes === undefined) return `${name}: not in this template, its scopes are not known here`;
  return `${name}: ${scopes.length === 0 ? 'no scope of this server' : scopes.join(', ')}`;
}

/** Which programs people may sign in with. */
function peopleLines({ signIn, userClients }: ServerAccess): string[] {
  const programs = signIn ?? userClients.map((client) => client.name);
  return programs.length === 0 ? ['nobody can sign in'] : programs.map((program) => `sign in with ${program}`);
}

function labelled(label: string, lines: readonly string[], none?: string): string[][] {
  const shown = lines.length > 0 || none === undefined ? lines : [none];
  return shown.map((line, index) => [index === 0 ? label : '', line]);
}

/** Rows, each cell as wide as the widest of its column. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, index) => Math.max(cell.length, widest[index] ?? 0)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => GAP + line);
}
