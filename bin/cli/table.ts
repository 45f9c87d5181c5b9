import type { Grant, ServerAccess } from './access';
import type { Client } from './clients';

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
    `${server.server} (function ${server.function} of ${server.stack})`,
    ...indented(columns(headOf(server))),
    '',
    ...indented(columns([HEADINGS, HEADINGS.map((heading) => '-'.repeat(heading.length)), ...rows])),
    '',
    ...indented(footnotes),
  ].join('\n');
}

function headOf(server: ServerAccess): string[][] {
  return [
    ['address', server.resource],
    ['scopes', server.scopes.join(', ')],
    ['people', server.userClients.length === 0 ? 'nobody can sign in' : named('sign in with', server.userClients)],
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

function named(words: string, clients: readonly Client[]): string {
  return `${words} ${clients.map((client) => client.name).join(', ')}`;
}

function labelled(label: string, lines: readonly string[], none?: string): string[][] {
  const shown = lines.length > 0 || none === undefined ? lines : [none];
  return shown.map((line, index) => [index === 0 ? label : '', line]);
}

function columns(rows: readonly (readonly string[])[]): string[] {
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
