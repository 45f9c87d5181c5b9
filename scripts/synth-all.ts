/**
 * Synthesises the example in every combination that it offers, through the CDK's command line: cdk-nag and the
 * CloudFormation validator must find nothing in any, no resource may wait for itself, and nothing may be looked up.
 * `npm run synth:all [-- --json FILE]`
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { assemblyProblems } from './assembly-problems';

const HOSTINGS = ['lambda', 'fargate', 'fargate-nodejs'];
const ENDPOINTS = ['http', 'rest'];
const AROUND: readonly (readonly string[])[] = [
  [],
  ['canary=true'],
  ['pipeline=true'],
  ['regions=eu-central-1,us-east-1'],
  ['pipeline=true', 'regions=eu-central-1,us-east-1'],
];

interface Row {
  readonly context: string;
  readonly clean: boolean;
  readonly seconds: number;
  /** Why it is not clean, in words. */
  readonly problems: readonly string[];
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const rows = HOSTINGS.flatMap((hosting) =>
  ENDPOINTS.flatMap((endpoint) =>
    AROUND.map((around) => synthesise([`hosting=${hosting}`, `endpoint=${endpoint}`, ...around])),
  ),
);
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(rows, null, 2));
const unclean = rows.filter(({ clean }) => !clean);
console.log(`\n${rows.length - unclean.length} of ${rows.length} combinations are clean`);
for (const { context, problems } of unclean) console.log([`FAILED  ${context}`, ...problems].join('\n    '));
process.exit(unclean.length === 0 ? 0 : 1);

function synthesise(context: readonly string[]): Row {
  const out = mkdtempSync(join(tmpdir(), 'synth-'));
  const begun = Date.now();
  const args = ['cdk', 'synth', '--quiet', '--output', out, ...context.flatMap((pair) => ['-c', pair])];
  const { status, stdout, stderr } = spawnSync('npx', args, { encoding: 'utf8' });
  const said = `${stdout}${stderr}`.trim().split('\n').slice(-25);
  const problems = status === 0 ? assemblyProblems(out) : [`cdk synth ended with ${status}`, ...said];
  rmSync(out, { recursive: true, force: true });
  const seconds = Math.round((Date.now() - begun) / 1000);
  const row = { context: context.join(' '), clean: problems.length === 0, seconds, problems };
  console.log(`${row.clean ? 'clean ' : 'FAILED'}  ${row.context}  (${row.seconds} s)`);
  for (const problem of problems) console.log(`    ${problem}`);
  return row;
}
