/** What was measured, as tables, and whether the aims are met. */
import type { ColdStart } from './broker';
import type { Missing } from './subjects';
import type { Era } from './subjects/subject';

export interface Row {
  readonly name: string;
  readonly era: Era;
  readonly tools: number;
  readonly authenticates: boolean;
  readonly firstMs: number;
  readonly p50: number;
  readonly p95: number;
  readonly perSecond: number;
  readonly bundleKb: number;
  readonly gzipKb: number;
  readonly importMs: number;
  readonly rssMb: number;
  /** Median over that of the bare handler, and over that of this project, in the same era with the same tools. */
  readonly overBare: number;
  readonly overGuarded: number;
}

export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Report {
  readonly date: string;
  readonly machine: { readonly node: string; readonly cpu: string; readonly cores: number; readonly load: number };
  readonly rows: readonly Row[];
  readonly missing: readonly Missing[];
  readonly versions: Readonly<Record<string, string>>;
  readonly coldStarts: readonly ColdStart[];
}

export function find(rows: readonly Row[], name: string, tools: number, era: Era = 'modern'): Row | undefined {
  return rows.find((row) => row.name === name && row.tools === tools && row.era === era);
}

export function aimsOf(rows: readonly Row[]): Aim[] {
  const one = find(rows, 'guarded', 1);
  const hundred = find(rows, 'guarded', 100);
  const bare = find(rows, 'bare', 1);
  const imported = (one?.importMs ?? Number.NaN) / (bare?.importMs ?? Number.NaN);
  const aims = [
    aim('guarded p50 over the bare handler, 1 tool', one?.overBare, 0.75, 'at most'),
    aim('guarded p50 over the bare handler, 100 tools', hundred?.overBare, 0.5, 'at most'),
    aim('guarded import over the bare import', imported, 1.15, 'at most'),
  ];
  const rivals = rows.filter(({ name, authenticates }) => authenticates && name !== 'guarded');
  for (const rival of rivals.filter(({ tools }) => tools === 1)) {
    const own = find(rows, 'guarded', rival.tools, rival.era);
    const times = (own?.perSecond ?? Number.NaN) / rival.perSecond;
    aims.push(aim(`guarded throughput over ${rival.name}, 1 tool, ${rival.era}`, times, 2, 'at least'));
  }
  return aims;
}

function aim(text: string, measured = Number.NaN, limit: number, sense: 'at most' | 'at least'): Aim {
  const met = sense === 'at most' ? measured <= limit : measured >= limit;
  return { aim: `${text}: ${sense} ${limit}`, measured: measured.toFixed(2), met };
}

export function tableOf(rows: readonly Row[]): Record<string, string>[] {
  return rows.map((row) => ({
    subject: row.name,
    era: row.era,
    tools: String(row.tools),
    'checks the token': row.authenticates ? 'yes' : 'no',
    'p50 µs': row.p50.toFixed(0),
    'p95 µs': row.p95.toFixed(0),
    'calls/CPU s': row.perSecond.toFixed(0),
    '× bare': row.overBare.toFixed(2),
    '× guarded': row.overGuarded.toFixed(2),
    'first call ms': row.firstMs.toFixed(1),
    'bundle KB (gz)': `${row.bundleKb.toFixed(0)} (${row.gzipKb.toFixed(0)})`,
    'import CPU ms': row.importMs.toFixed(0),
    'RSS MB': row.rssMb.toFixed(0),
  }));
}

export function print({ rows, missing, coldStarts, machine }: Report): void {
  console.table(tableOf(rows));
  for (const { name, why } of missing) console.log(`not measured: ${name}, ${why}`);
  console.table(
    coldStarts.map(({ bundle, first, ms }) => ({ 'broker, cold': bundle, 'first request': first, ms: ms.toFixed(0) })),
  );
  for (const { aim: text, measured, met } of aimsOf(rows)) {
    console.log(`${met ? 'met    ' : 'NOT MET'} | ${text} | ${measured}`);
  }
  console.log(JSON.stringify(machine));
}
