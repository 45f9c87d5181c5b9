/**
 * `npm run bench`: what the guard costs. The same tool call, with few and with many tools registered, through
 * this project and through the SDK's bare handler without any authentication, interleaved in one run.
 * Exit 1 when a guarded call costs more than a bare one (median), or when nothing could be measured.
 */
import { fork, spawnSync } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { brokerColdStarts } from './broker';
import type { CallsInput, CallsRow } from './calls';
import { startIssuer } from './issuer';

const root = resolve(__dirname, '..');
const outdir = join(root, '.local/bench');
const SUBJECTS = ['bare', 'guarded'] as const;
const TOOLS = [1, 100];
const IMPORTS = 9;
/** Median of a guarded call over that of a bare one. */
const LIMIT = 1.0;

interface Row extends CallsRow {
  readonly bundleKb: number;
  readonly gzipKb: number;
  readonly importMs: number;
  readonly rssMb: number;
  readonly ratio: number;
}

async function bundle(name: string): Promise<{ name: string; file: string }> {
  const file = join(outdir, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/subjects/${name}.ts`],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return { name, file };
}

/** Import time and memory in a fresh process, as after a cold start. */
function cold(file: string): { importMs: number; rssMb: number } {
  const code = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)});
    console.log(JSON.stringify([performance.now() - t, process.memoryUsage.rss() / 1048576]))`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  const [importMs = Number.NaN, rssMb = Number.NaN] = JSON.parse(stdout) as number[];
  return { importMs, rssMb };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function calls(input: CallsInput, environment: Record<string, string>): Promise<CallsRow[]> {
  const child = fork(join(__dirname, 'calls.ts'), {
    env: { ...process.env, ...environment },
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', openSync('/dev/null', 'w'), 'inherit', 'ipc'],
  });
  return new Promise((done, failed) => {
    child.once('message', ({ rows, error }: { rows?: CallsRow[]; error?: string }) => {
      if (rows === undefined) failed(new Error(error));
      else done(rows);
    });
    child.once('exit', (code) => failed(new Error(`the calls ended with exit code ${code} and no result`)));
    child.send(input);
  });
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: 'string' }, rounds: { type: 'string', default: '60' } },
  });
  mkdirSync(outdir, { recursive: true });
  const bundles = await Promise.all(SUBJECTS.map(bundle));
  // Imports are interleaved too.
  const starts = Array.from({ length: IMPORTS }, () => bundles.map(({ file }) => cold(file)));
  const issuer = await startIssuer();
  const { resource, token, environment } = issuer;
  const input = { bundles, tools: TOOLS, resource, token, rounds: Number(values.rounds), callsPerRound: 100 };
  const measured = await calls(input, environment).finally(() => issuer.close());
  const rows: Row[] = measured.map((row) => {
    const index = bundles.findIndex(({ name }) => name === row.name);
    const content = readFileSync(bundles[index]!.file);
    const bare = measured.find((other) => other.name === 'bare' && other.tools === row.tools);
    return {
      ...row,
      bundleKb: content.length / 1024,
      gzipKb: gzipSync(content).length / 1024,
      importMs: median(starts.map((round) => round[index]!.importMs)),
      rssMb: median(starts.map((round) => round[index]!.rssMb)),
      ratio: row.p50 / (bare?.p50 ?? Number.NaN),
    };
  });
  const machine = { node: process.version, cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length };
  const coldStarts = await brokerColdStarts(outdir);
  print(rows, machine);
  console.table(
    coldStarts.map(({ bundle, first, ms }) => ({ 'broker, cold': bundle, 'first request': first, ms: ms.toFixed(0) })),
  );
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ machine, limit: LIMIT, rows, coldStarts }, null, 2)}\n`);
  const over = rows.filter((row) => row.name === 'guarded' && !(row.ratio <= LIMIT));
  for (const row of over) {
    console.error(
      `guarded with ${row.tools} tools: ${row.ratio.toFixed(2)} × the bare handler, the limit is ${LIMIT.toFixed(1)} ×`,
    );
  }
  process.exitCode = over.length > 0 ? 1 : 0;
}

function print(rows: readonly Row[], machine: object): void {
  const table = rows.map((row) => ({
    subject: row.name,
    tools: row.tools,
    'bundle KB (gz)': `${row.bundleKb.toFixed(0)} (${row.gzipKb.toFixed(0)})`,
    'import ms': row.importMs.toFixed(0),
    'first call ms': row.firstMs.toFixed(1),
    'p50 µs': row.p50.toFixed(0),
    'p99 µs': row.p99.toFixed(0),
    'calls/s': row.perSecond.toFixed(0),
    'RSS MB': row.rssMb.toFixed(0),
    'p50 ratio': row.ratio.toFixed(2),
  }));
  console.table(table);
  console.log(JSON.stringify(machine));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
