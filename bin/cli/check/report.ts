import { columns } from '../table';
import type { CheckReport } from './check';
import type { Finding } from './findings';

/** A check as somebody reads it who is to repair what was found. */
export function checkTable({ entry, server, offers, findings, notes }: CheckReport): string {
  const { tools, prompts, resources, templates } = offers;
  const counts = `${tools} tools, ${prompts} prompts, ${resources} resources, ${templates} resource templates`;
  const head = `${entry}: ${counts}${server === undefined ? '' : `; rules of ${server}`}`;
  const body = findings.length === 0 ? ['nothing found'] : found(findings);
  return [head, '', ...body, ...notes.flatMap((note) => ['', `note: ${note}`])].join('\n');
}

function found(findings: readonly Finding[]): string[] {
  const headings = ['finding', 'kind', 'name', 'property'];
  const rows = findings.map(({ finding, kind, name, property = '' }) => [finding, kind, name, property]);
  // Each repair is said once, below, and not again in every line.
  const fixes = new Map(findings.map(({ finding, fix }) => [`${finding}: ${fix}`, fix]));
  return [
    ...columns([headings, headings.map((heading) => '-'.repeat(heading.length)), ...rows]),
    '',
    ...[...fixes.keys()].map((line) => `- ${line}`),
  ];
}
