/**
 * `npm run fuzz`: random inputs against the guard's parsers and decisions, compared with plain ones. `--seconds N` for
 * all targets together (10 unless told; 600 at night), `--only NAME`, `--json FILE`. Exit 1 when an input breaks a
 * target, with the smallest such input and the seed and path that repeat it: `--only NAME --seed S --path P`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fuzz, type Run } from './fuzz/target';
import { targets } from './fuzz/targets';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '10' },
      only: { type: 'string' },
      seed: { type: 'string' },
      path: { type: 'string' },
      json: { type: 'string' },
    },
  });
  const seconds = Number(values.seconds);
  if (!(seconds > 0)) throw new Error(`--seconds ${values.seconds} is no time: write a number above 0`);
  const all = await targets();
  const chosen = all.filter(({ name }) => values.only === undefined || name === values.only);
  if (chosen.length === 0) {
    throw new Error(`unknown target '${values.only}': use one of ${all.map(({ name }) => name).join(', ')}`);
  }
  const effort = {
    milliseconds: (seconds * 1000) / chosen.length,
    seed: values.seed === undefined ? undefined : Number(values.seed),
    path: values.path,
  };
  const rows: Run[] = [];
  for (const target of chosen) {
    const run = await fuzz(target, effort);
    rows.push(run);
    const state = run.broken === undefined ? 'held  ' : 'BROKEN';
    process.stdout.write(`${state} | ${run.name.padEnd(13)} | ${String(run.runs).padStart(9)} inputs | ${run.holds}\n`);
    if (run.broken === undefined) continue;
    const { input, why, path } = run.broken;
    process.stdout.write(`       ${why}\n       input: ${input.slice(0, 2_000)}\n`);
    process.stdout.write(`       again: npm run fuzz -- --only '${run.name}' --seed ${run.seed} --path ${path}\n`);
  }
  const broken = rows.filter((run) => run.broken !== undefined).length;
  const inputs = rows.reduce((sum, { runs }) => sum + runs, 0);
  process.stdout.write(`\n${rows.length} targets, ${inputs} inputs, ${broken} broken\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ rows, broken }, undefined, 2)}\n`);
  process.exitCode = broken === 0 ? 0 : 1;
}

void main();
