/** Writes what was measured into docs/performance.md, between marks; what stands around them is written by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { aimsOf, type Report, tableOf } from './report';

const PAGE = resolve(__dirname, '../docs/performance.md');

/** Replaces what stands between `<!-- name: begin -->` and `<!-- name: end -->`. */
export function updateSection(name: 'bench' | 'soak', text: string): void {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const page = readFileSync(PAGE, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has lost its marks: put '${begin}' and '${end}' back`);
  writeFileSync(PAGE, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}

export function measured({ date, machine, rows, missing, versions, coldStarts }: Report): string {
  const { node, cpu, cores, load } = machine;
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${date}: Node ${node}, ${cpu}, ${cores} cores, load ${load.toFixed(1)} at the start.`,
    markdown(tableOf(rows)),
    ...missing.map(({ name, why }) => `Not measured: ${name}, ${why}.`),
    markdown(
      aimsOf(rows).map(({ aim, measured: value, met }) => ({ aim, measured: value, met: met ? 'yes' : '**no**' })),
    ),
    'Cold starts of the broker, from the start of the process to the first answer:',
    markdown(coldStarts.map(({ bundle, first, ms }) => ({ bundle, 'first request': first, ms: ms.toFixed(0) }))),
    `Peers: ${used.join(', ')}.`,
  ].join('\n\n');
}

export function markdown(rows: readonly Readonly<Record<string, string>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(names),
    line(names.map(() => '---')),
    ...rows.map((row) => line(names.map((name) => row[name] ?? ''))),
  ].join('\n');
}
