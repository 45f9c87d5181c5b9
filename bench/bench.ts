/**
 * `npm run bench`: what the guard costs. The same tool call, with few and with many tools registered, through this
 * project, through the SDK's bare handler without any authentication, and through the peers where they can be
 * installed, interleaved in one run. Exit 1 when a guarded call costs more than a bare one (median), or when nothing
 * could be measured; the aims are printed. `--no-peers`, `--rounds N`, `--json FILE`, `--update` (docs/performance.md).
 */
import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { brokerColdStarts } from './broker';
import type { CallsInput, CallsResult, CallsRow } from './calls';
import { startIssuer } from './issuer';
import { measured, updateSection } from './page';
import { find, print, type Report, type Row } from './report';
import { type Bundle, type Missing, ownBundles, peerBundles, versions } from './subjects';

const outdir = join(resolve(__dirname, '..'), '.local/bench');
const TOOLS = [1, 100];
const IMPORTS = 9;
const TURN_MS = 50;
/** Median of a guarded call with one tool over that of a bare one. */
const LIMIT = 1.0;

/** Processor time of the import, and memory after it, in a fresh process as after a cold start. */
function cold(file: string, environment: Record<string, string>): { importMs: number; rssMb: number } {
  const code = `const before = process.cpuUsage(); await import(${JSON.stringify(pathToFileURL(file).href)});
    const { user, system } = process.cpuUsage(before);
    console.log(JSON.stringify([(user + system) / 1000, process.memoryUsage.rss() / 1048576])); process.exit(0)`;
  const env = { ...process.env, ...environment };
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8', env });
  const [importMs = Number.NaN, rssMb = Number.NaN] = JSON.parse(stdout || '[]') as number[];
  return { importMs, rssMb };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function calls(input: CallsInput, environment: Record<string, string>): Promise<CallsResult> {
  const child = fork(join(__dirname, 'calls.ts'), {
    env: { ...process.env, ...environment, NODE_ENV: 'production' },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', openSync('/dev/null', 'w'), 'inherit', 'ipc'],
  });
  return new Promise((done, failed) => {
    child.once('message', ({ result, error }: { result?: CallsResult; error?: string }) => {
      if (result === undefined) failed(new Error(error));
      else done(result);
    });
    child.once('exit', (code) => failed(new Error(`the calls ended with exit code ${code} and no result`)));
    child.send(input);
  });
}

async function measure(bundles: readonly Bundle[], rounds: number) {
  const issuer = await startIssuer();
  const { resource, token, environment } = issuer;
  // Imports are interleaved too.
  const starts = Array.from({ length: IMPORTS }, () => bundles.map(({ file }) => cold(file, environment)));
  const input: CallsInput = { bundles, tools: TOOLS, resource, token, rounds, turnMs: TURN_MS };
  const { rows, failed } = await calls(input, environment).finally(() => issuer.close());
  const medianOf = (row: CallsRow | undefined) => row?.p50 ?? Number.NaN;
  const like = (name: string, { era, tools }: CallsRow) =>
    rows.find((row) => row.name === name && row.era === era && row.tools === tools);
  const full = rows.map((row): Row => {
    const index = bundles.findIndex(({ name }) => name === row.name);
    const { bundleKb, gzipKb } = bundles[index]!;
    return {
      ...row,
      bundleKb,
      gzipKb,
      // The best of them: whatever else runs on the machine only ever adds.
      importMs: Math.min(...starts.map((round) => round[index]!.importMs)),
      rssMb: median(starts.map((round) => round[index]!.rssMb)),
      overBare: row.p50 / medianOf(like('bare', row)),
      overGuarded: row.p50 / medianOf(like('guarded', row)),
    };
  });
  return { rows: full, failed };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      rounds: { type: 'string', default: '40' },
      peers: { type: 'boolean', default: true },
      update: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  mkdirSync(outdir, { recursive: true });
  const load = loadavg()[0] ?? Number.NaN;
  const own = await ownBundles();
  const peers: { bundles: Bundle[]; missing: Missing[] } = values.peers
    ? await peerBundles()
    : { bundles: [], missing: [] };
  const { rows, failed } = await measure([...own, ...peers.bundles], Number(values.rounds));
  const report: Report = {
    date: new Date().toISOString().slice(0, 10),
    machine: { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, load },
    rows,
    missing: [...peers.missing, ...failed],
    versions: versions(),
    coldStarts: await brokerColdStarts(outdir),
  };
  print(report);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (values.update) updateSection('bench', measured(report));
  const ratio = find(rows, 'guarded', 1)?.overBare ?? Number.NaN;
  if (!(ratio <= LIMIT)) {
    console.error(`a guarded call costs ${ratio.toFixed(2)} × a bare one, the limit is ${LIMIT.toFixed(1)} ×`);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
