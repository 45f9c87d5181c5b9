/** The rows as a table for a terminal, and as the page `docs/conformance.md`. */
import { availableParallelism } from 'node:os';
import { table } from '../clients/support/report';
import type { Row, Section } from './results';

const MARKS = { passed: 'passed', warned: 'warned', failed: 'failed', missing: 'missing' } as const;

export function shown(sections: readonly Section[], rows: readonly Row[]): string {
  return sections
    .map((section) => {
      const lines = scenariosOf(section, rows).map((scenario) => [
        scenario,
        ...section.columns.map((column) => cell(rowOf(rows, section, scenario, column))),
      ]);
      return [headOf(section, rows), table(['scenario', ...section.columns], lines)].join('\n');
    })
    .join('\n\n');
}

/** Passed of required, by column. */
export function counts(section: Section, rows: readonly Row[]): string {
  const scored = rows.filter((row) => row.section === section.id && row.scored);
  return section.columns
    .map((column) => {
      const own = scored.filter((row) => row.column === column);
      return `${column} ${own.filter(({ outcome }) => outcome === 'passed').length}/${own.length}`;
    })
    .join(', ');
}

export function page(sections: readonly Section[], rows: readonly Row[], date: Date): string {
  return `# Conformance

The official suite (\`@modelcontextprotocol/conformance\`) against a server that has everything, behind guard and token:
as the deployed function behind the HTTP API of the local platform, where answers are buffered, and as a \`node:http\`
process (\`listen()\`), where they stream. Its authorization server scenarios run against the broker. The suite has no
scenarios for resource servers; those are ours, in the same form. A loopback proxy adds the token, which the suite
cannot, and passes on whatever else it sends.

In brackets stands what was run and is required of nobody, by the suite's own lists: extensions of the protocol (of
which this server has none, tasks among them) and scenarios that the suite's own reference server does not pass.

Written by \`npm run conformance -- --update\` on ${date.toISOString().slice(0, 10)}, ${availableParallelism()} cores, Node
${process.versions.node}. \`npm run conformance\` fails when a row is worse than here, or better.

| | judged by | passed of required |
|---|---|---|
${sections.map((section) => `| ${section.title} | ${section.version} | ${counts(section, rows)} |`).join('\n')}

${sections.map((section) => chapter(section, rows)).join('\n\n')}
`;
}

function chapter(section: Section, rows: readonly Row[]): string {
  const notes = section.notes === undefined ? [] : ['what is asked'];
  const columns = ['scenario', ...section.columns, ...notes];
  const lines = scenariosOf(section, rows).map((scenario) =>
    [
      scenario,
      ...section.columns.map((column) => cell(rowOf(rows, section, scenario, column))),
      ...notes.map(() => section.notes?.get(scenario) ?? ''),
    ].join(' | '),
  );
  return [
    `## ${section.title}`,
    '',
    `| ${columns.join(' | ')} |`,
    `|${columns.map(() => '---|').join('')}`,
    ...lines.map((line) => `| ${line} |`),
    ...reasons(section, rows),
  ].join('\n');
}

/** Why what did not pass need not, each reason once. */
function reasons(section: Section, rows: readonly Row[]): string[] {
  const explained = rows.filter((row) => row.section === section.id && row.reason !== undefined);
  const each = [...new Set(explained.map(({ reason }) => reason))];
  const lines = each.map((reason) => {
    const places = explained.filter((row) => row.reason === reason);
    const scenarios = [...new Set(places.map(({ scenario }) => `\`${scenario}\``))];
    const columns = [...new Set(places.map(({ column }) => column))];
    return `- ${scenarios.join(', ')} (${columns.join(', ')}): ${reason}`;
  });
  return lines.length === 0 ? [] : ['', ...lines];
}

function headOf(section: Section, rows: readonly Row[]): string {
  return `${section.title}, ${section.version}: ${counts(section, rows)}`;
}

function scenariosOf(section: Section, rows: readonly Row[]): string[] {
  return [...new Set(rows.filter((row) => row.section === section.id).map(({ scenario }) => scenario))];
}

function rowOf(rows: readonly Row[], section: Section, scenario: string, column: string): Row | undefined {
  return rows.find((row) => row.section === section.id && row.scenario === scenario && row.column === column);
}

function cell(row: Row | undefined): string {
  if (row === undefined) return '–';
  const said = row.verdict === 'unexpected' ? MARKS[row.outcome].toUpperCase() : MARKS[row.outcome];
  return row.scored ? said : `(${said})`;
}
