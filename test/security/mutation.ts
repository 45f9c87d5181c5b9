/**
 * `npm run mutation`: takes each defence of broker and guard out in turn and shows which attack or test notices, as a
 * table of defence and what caught it. Exit 1 when a mutant survives, is stale, or the tests fail without any.
 * The working tree is not touched. `--only TEXT` takes the mutants whose file or defence has the text, `--workers N`,
 * `--json FILE`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BROKER_MUTANTS } from './mutation/broker-mutants';
import { CALL_LIMITS_MUTANTS } from './mutation/call-limits-mutants';
import { CLIENT_MUTANTS } from './mutation/client-mutants';
import { CONFORMANCE_MUTANTS } from './mutation/conformance-mutants';
import { makeCopy } from './mutation/copy';
import { workThrough } from './mutation/crew';
import { GUARD_MUTANTS } from './mutation/guard-mutants';
import { INPUT_MUTANTS } from './mutation/input-mutants';
import { LISTENER_MUTANTS } from './mutation/listener-mutants';
import { type Mutant, mutated } from './mutation/mutant';
import { OUTCOME_MUTANTS } from './mutation/outcome-mutants';
import { OUTPUTS_MUTANTS } from './mutation/outputs-mutants';
import { PROVIDER_MUTANTS } from './mutation/provider-mutants';
import { REGIONS_MUTANTS } from './mutation/regions-mutants';
import { REQUEST_ID_MUTANTS } from './mutation/request-id-mutants';
import { REST_MUTANTS } from './mutation/rest-mutants';
import { REUSE_MUTANTS } from './mutation/reuse-mutants';
import { SESSION_MUTANTS } from './mutation/session-mutants';
import { SIDECAR_MUTANTS } from './mutation/sidecar-mutants';
import { TRACING_MUTANTS } from './mutation/tracing-mutants';
import type { Job, Suite, Verdict } from './mutation/worker';

const ATTACKS = 'test/security/attack.test.ts';

function suitesOf({ themes, tests }: Mutant): Suite[] {
  const attacks = themes.length === 0 ? [] : [{ file: ATTACKS, begin: themes.map((theme) => `attack: ${theme} `) }];
  return [...attacks, ...tests.map((file) => ({ file: `test/lambda/${file}.test.ts` }))];
}

function staleness(mutants: readonly Mutant[], root: string): string[] {
  return mutants.flatMap((mutant) => {
    try {
      mutated(readFileSync(join(root, 'lambda', mutant.file), 'utf8'), mutant);
      return [];
    } catch (fault) {
      return [(fault as Error).message];
    }
  });
}

/** Every suite that some mutant relies on, without a mutant: each must pass, or catching says nothing. */
function baseline(mutants: readonly Mutant[]): Job[] {
  const files = new Set(mutants.flatMap((mutant) => suitesOf(mutant).map(({ file }) => file)));
  return [...files].map((file) => ({ suites: [{ file }] }));
}

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, workers: { type: 'string', default: '2' }, json: { type: 'string' } },
  });
  const all = [
    ...BROKER_MUTANTS,
    ...CALL_LIMITS_MUTANTS,
    ...CLIENT_MUTANTS,
    ...CONFORMANCE_MUTANTS,
    ...GUARD_MUTANTS,
    ...INPUT_MUTANTS,
    ...LISTENER_MUTANTS,
    ...OUTCOME_MUTANTS,
    ...OUTPUTS_MUTANTS,
    ...PROVIDER_MUTANTS,
    ...REST_MUTANTS,
    ...REQUEST_ID_MUTANTS,
    ...REGIONS_MUTANTS,
    ...REUSE_MUTANTS,
    ...SESSION_MUTANTS,
    ...SIDECAR_MUTANTS,
    ...TRACING_MUTANTS,
  ];
  const mutants = all.filter(({ file, defence }) => `${file} ${defence}`.includes(values.only ?? ''));
  const started = Date.now();
  const copy = makeCopy();
  process.once('exit', copy.remove);
  const crew = { hands: Number(values.workers), root: copy.root };
  const problems = staleness(mutants, copy.root);

  await workThrough(baseline(mutants), crew, ({ suites }, { caught, broken }) => {
    const fault = broken ?? (caught && `${caught.test}: ${caught.why}`);
    if (fault !== undefined) problems.push(`${suites[0]?.file} fails without a mutant: ${fault}`);
  });
  for (const problem of problems) say(`PROBLEM | ${problem}`);
  if (problems.length > 0) {
    process.exitCode = 1;
    return;
  }

  const rows: { readonly file: string; readonly defence: string; readonly caughtBy?: string }[] = [];
  const jobs = mutants.map((mutant) => ({ mutant, suites: suitesOf(mutant) }));
  await workThrough(jobs, crew, ({ mutant }, verdict) => {
    const caughtBy = catcher(verdict);
    rows.push({ file: mutant.file, defence: mutant.defence, caughtBy });
    const count = `${rows.length}/${mutants.length}`.padStart(7);
    say(
      `${count} ${caughtBy === undefined ? 'SURVIVED' : 'caught  '} | ${mutant.file} | ${mutant.defence} | ${caughtBy ?? '-'}`,
    );
  });
  const survivors = rows.filter(({ caughtBy }) => caughtBy === undefined);
  say(
    `\n${rows.length} defences taken out, ${survivors.length} survived, ${Math.round((Date.now() - started) / 1000)} s`,
  );
  for (const { file, defence } of survivors) say(`survivor: ${file} | ${defence}`);
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ rows, survivors: survivors.length }, undefined, 2)}\n`);
  }
  process.exitCode = survivors.length === 0 ? 0 : 1;
}

function catcher({ caught, broken }: Verdict): string | undefined {
  if (broken !== undefined) return `the run itself: ${broken}`;
  return caught?.test.replace(/\s+/g, ' ').slice(0, 140);
}

void main();
