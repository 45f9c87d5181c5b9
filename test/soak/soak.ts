/**
 * `npm run soak`: calls of every kind, good, failing, refused and abandoned, through the guarded server, most of them
 * in process and a tenth over sockets. Shows heap and handles as they were between the rounds. Exit 1 when one of them
 * is not flat, when a call had another outcome than it should, or when a call left no audit record.
 * `--calls N`, `--json FILE`, `--update` (docs/performance.md), `--leak` (tools that keep what they are given: must fail).
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { markdown, updateSection } from '../../bench/page';
import { kilobytes, type Sample } from './flat';
import { plot } from './plot';
import { type SoakResult, soak } from './run';

const MEGABYTE = 1024 * 1024;
const ROUNDS = 48;

const say = (text: string) => process.stdout.write(`${text}\n`);

function show(result: SoakResult): void {
  const { samples, outcomes } = result;
  const families = new Map<string, number>();
  for (const [name, count] of Object.entries(outcomes.byKind)) {
    const family = /^(refused|left): /.exec(name)?.[1] ?? name;
    families.set(family, (families.get(family) ?? 0) + count);
  }
  console.table([...families].map(([kind, calls]) => ({ kind, calls })).sort((a, b) => b.calls - a.calls));
  say(plots(samples));
  console.table(quarters(samples));
  say(summary(result));
}

function plots(samples: readonly Sample[]): string {
  const heaps = samples.map(({ heap }) => heap / MEGABYTE);
  return [
    `heap after collection, ${samples.length} samples`,
    plot(heaps, { floor: Math.floor(Math.min(...heaps) * 0.8), unit: 'MB' }),
    'handles (sockets, timers, …)',
    plot(samples.map(handlesOf), { rows: 3 }),
  ].join('\n');
}

function quarters(samples: readonly Sample[]): Record<string, string>[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const sample = samples[Math.round((samples.length - 1) * share)]!;
    return {
      calls: String(sample.calls),
      'heap MB': (sample.heap / MEGABYTE).toFixed(2),
      'RSS MB': (sample.rss / MEGABYTE).toFixed(0),
      handles: String(handlesOf(sample)),
    };
  });
}

function summary({ outcomes, overSockets, verdict, seconds }: SoakResult): string {
  const kinds = Object.keys(outcomes.byKind).length;
  return [
    `${outcomes.calls} calls of ${kinds} kinds, ${overSockets} of them over sockets, in ${seconds} s:`,
    `${outcomes.wrong} with another outcome than they should have, ${outcomes.records} audit records, as many as due.`,
    `Second half: ${verdict.slope.toFixed(2)} bytes a call, ${kilobytes(verdict.growth)} in all.`,
  ].join(' ');
}

function page(result: SoakResult): string {
  const machine = `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores`;
  return [
    `Run on ${new Date().toISOString().slice(0, 10)}: ${machine}.`,
    summary(result),
    `\`\`\`text\n${plots(result.samples)}\n\`\`\``,
    markdown(quarters(result.samples)),
  ].join('\n\n');
}

function handlesOf({ handles }: Sample): number {
  return Object.values(handles).reduce((sum, count) => sum + count, 0);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      calls: { type: 'string', default: '216000' },
      json: { type: 'string' },
      leak: { type: 'boolean', default: false },
      update: { type: 'boolean', default: false },
    },
  });
  const calls = Number(values.calls);
  if (!Number.isInteger(calls) || calls < 100) throw new Error('--calls takes a number of at least 100');
  const result = await soak({
    calls,
    overSockets: Math.ceil(calls / 9),
    rounds: ROUNDS,
    crowd: Math.min(1500, Math.ceil(calls / 50)),
    leak: values.leak,
    onSample: (_sample, count) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${count}/${ROUNDS} `);
    },
  });
  if (process.stderr.isTTY) process.stderr.write('\r');
  show(result);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
  for (const problem of result.problems) say(`NOT FLAT | ${problem}`);
  if (result.problems.length === 0) {
    say('flat');
    if (values.update) updateSection('soak', page(result));
  }
  process.exitCode = result.problems.length === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
