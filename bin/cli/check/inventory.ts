import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Inventory } from '../../../lambda/serve/inventory';
import { CliFailure } from '../failure';
import { type Project, projectOf } from './project';

const TIMEOUT_MS = 60_000;

/** Bundles a server as the constructs do, builds it in a process of its own without network, and asks what it offers. */
export async function inventoryIn(file: string, external: readonly string[]): Promise<Inventory> {
  const project = projectOf(file);
  const bundle = await bundled(file, project, external);
  const folder = scratchFolder(project);
  try {
    writeFileSync(join(folder, 'offline.mjs'), OFFLINE);
    writeFileSync(join(folder, 'server.mjs'), bundle);
    return await asked(file, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Beside the project's packages, where what is left out of the bundle is found. */
function scratchFolder({ modules }: Project): string {
  for (const place of [...modules, tmpdir()]) {
    try {
      return mkdtempSync(join(place, '.cdk-mcp-check-'));
    } catch {
      // The next one may be writable.
    }
  }
  throw new CliFailure(`no folder can be written, not even '${tmpdir()}'`);
}

async function bundled(file: string, project: Project, external: readonly string[]): Promise<Uint8Array> {
  const { entry, esbuild, runtime, modules } = project;
  try {
    const { outputFiles } = await esbuild.build({
      stdin: { contents: entryOf(entry), resolveDir: dirname(entry), sourcefile: 'check.mjs' },
      alias: { 'cdk-mcp/runtime': runtime },
      nodePaths: modules,
      absWorkingDir: dirname(entry),
      external,
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      mainFields: ['module', 'main'],
      keepNames: true,
      logLevel: 'silent',
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    return outputFiles[0]?.contents ?? new Uint8Array();
  } catch (error) {
    throw buildFailure(file, error);
  }
}

function buildFailure(file: string, error: unknown): CliFailure {
  const { errors = [] } = error as { errors?: readonly BuildMessage[] };
  if (errors.some(({ text }) => /No matching export .* for import "default"/.test(text))) {
    return new CliFailure(`'${file}' has no default export: write \`export default serve(() => …)\``);
  }
  const shown = errors.slice(0, 3).map(({ text, location: at }) => (at ? `${at.file}:${at.line}: ${text}` : text));
  const details = shown.length > 0 ? shown.join('\n  ') : String(error);
  return new CliFailure(`cannot bundle '${file}': repair what esbuild reports:\n  ${details}`);
}

interface BuildMessage {
  readonly text: string;
  readonly location?: { readonly file: string; readonly line: number } | null;
}

/** The server's own output goes nowhere: the answer travels beside it. */
function entryOf(entry: string): string {
  return `import server from ${JSON.stringify(entry)};
const say = (message) => process.send(message, () => process.exit());
if (server?.[Symbol.for('cdk-mcp.guarded')] !== true) say({ unguarded: true });
else if (server.inventory === undefined) say({ old: true });
else server.inventory().then((inventory) => say({ inventory }), (fault) => say({ fault: String(fault?.message ?? fault) }));
`;
}

/** Loaded before the server: whatever it connects to, it does not get there. */
const OFFLINE = `import net from 'node:net';
import dgram from 'node:dgram';
const refuse = () => { throw new Error('cdk-mcp check: the server is built without network'); };
net.Socket.prototype.connect = refuse;
dgram.Socket.prototype.send = refuse;
`;

interface Answer {
  readonly inventory?: Inventory;
  readonly unguarded?: boolean;
  readonly old?: boolean;
  readonly fault?: string;
}

async function asked(file: string, folder: string): Promise<Inventory> {
  const { inventory, unguarded, old, fault } = await answerOf(file, folder);
  if (inventory !== undefined) return inventory;
  if (unguarded) {
    throw new CliFailure(
      `the default export of '${file}' was not made by serve(): write \`export default serve(() => …)\` with serve from 'cdk-mcp/runtime'`,
    );
  }
  if (old) throw new CliFailure('the project has an older release of cdk-mcp: install the one that you run here');
  throw new CliFailure(`the server of '${file}' cannot be built here: ${fault}`);
}

function answerOf(file: string, folder: string): Promise<Answer> {
  const child = fork(join(folder, 'server.mjs'), {
    execArgv: ['--import', join(folder, 'offline.mjs')],
    env: environment(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors = `${errors}${chunk}`.slice(-4_000);
  });
  return new Promise<Answer>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new CliFailure(`the server of '${file}' was not built within ${TIMEOUT_MS / 1000} seconds`)),
      TIMEOUT_MS,
    );
    child.once('message', (answer) => resolve(answer as Answer));
    child.once('error', reject);
    child.once('close', () => reject(new CliFailure(`'${file}' cannot be loaded:\n${told(errors)}`)));
    child.once('exit', () => clearTimeout(timer));
  }).finally(() => child.kill('SIGKILL'));
}

/** What somebody needs of a stack: the message, and where it was thrown. */
function told(errors: string): string {
  const lines = errors
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^Node\.js v|^\s+at (?:node:|async )/.test(line));
  return lines.slice(-6).join('\n').trim() || 'it ended without a word';
}

/** Nothing that could let the server reach an account. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(?:AWS_|MCP_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(kept), AWS_REGION: 'us-east-1', AWS_EC2_METADATA_DISABLED: 'true' };
}
