/**
 * `npm run redaction`: what the guard's redaction of secrets finds and what it takes for one, on a labelled set that is
 * made anew each time from public formats and generated keys. Exit 1 below the thresholds. `--json FILE` writes the
 * figures, `--list` prints what was missed and what was a false alarm.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { redactor } from '../../lambda/guard/outputs/redact';
import type { Redactions } from '../../lambda/guard/outputs/spans';
import { type Measurement, measure, type Redact, type Row } from './secrets/measure';

export const RECALL = 0.99;
export const PRECISION = 0.995;

const guards = redactor();

/** As the guard does it: a value that shows no mark is not looked at. */
export const asTheGuard: Redact = (value) => {
  const found: Redactions = {};
  return { value: guards.mayHold(JSON.stringify(value)) ? guards.redact(value, found) : value, found };
};

export function passes({ recall, precision, positives, negatives }: Measurement): boolean {
  return recall >= RECALL && precision >= PRECISION && positives >= 400 && negatives >= 4000;
}

const share = (part: number, of: number) => (of === 0 ? '-' : (part / of).toFixed(4));

function line({ name, samples, found, falseAlarms }: Row): string {
  const cells = [
    name.padEnd(18),
    samples,
    found,
    falseAlarms,
    share(found, samples),
    share(found, found + falseAlarms),
  ];
  return cells.map((cell) => String(cell).padStart(11)).join('');
}

function main(): void {
  const { values } = parseArgs({ options: { json: { type: 'string' }, list: { type: 'boolean', default: false } } });
  const measured = measure(asTheGuard);
  const { rows, missed, alarms, ...figures } = measured;
  const head = ['class'.padEnd(18), 'samples', 'found', 'alarms', 'recall', 'precision'];
  process.stdout.write(`${head.map((cell) => cell.padStart(11)).join('')}\n`);
  for (const row of rows) process.stdout.write(`${line(row)}\n`);
  const { recall, precision, positives, negatives } = figures;
  process.stdout.write(
    `\n${positives} texts with a secret, ${missed.length} missed; ${negatives} without, ${alarms.length} false alarms\n` +
      `recall ${recall.toFixed(4)} (at least ${RECALL}), precision ${precision.toFixed(4)} (at least ${PRECISION})\n`,
  );
  if (values.list) {
    for (const { name, value } of missed)
      process.stdout.write(`missed ${name}: ${JSON.stringify(value).slice(0, 300)}\n`);
    for (const { kind, value } of alarms)
      process.stdout.write(`alarm ${kind}: ${JSON.stringify(asTheGuard(value).value).slice(0, 300)}\n`);
  }
  if (values.json !== undefined) {
    writeFileSync(
      values.json,
      `${JSON.stringify({ ...figures, missed: missed.length, alarms: alarms.length, rows }, undefined, 2)}\n`,
    );
  }
  process.exitCode = passes(measured) ? 0 : 1;
}

if (require.main === module) main();
