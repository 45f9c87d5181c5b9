/**
 * Programs that are no dependencies of this project, installed where nothing else is: pinned, once, kept for the next
 * run.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = resolve(__dirname, '../../../.local/tools');
const NODE_22 = '22.23.3';
/** Written last, so that an installation that was interrupted is begun again. */
const COMPLETE = '.complete';

/** A program that cannot be had here, and why. */
export class Missing extends Error {}

/** The folder of an npm package's installation. */
export function npmPackage(name: string, version: string): Promise<string> {
  return installed(`${name.replace(/[@/]+/g, '-')}-${version}`, async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--engine-strict=false'];
    await execute('npm', ['install', ...options, `${name}@${version}`], folder);
  });
}

/** A Node that is new enough for tools that want 22: this one, or one from the registry. */
export async function node22(): Promise<string> {
  if (Number(process.versions.node.split('.')[0]) >= 22) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await npmPackage(name, NODE_22);
  return join(folder, 'node_modules', name, 'bin/node');
}

/** The Python of a virtual environment that has one package. */
export async function pythonWith(name: string, version: string): Promise<string> {
  const folder = await installed(`python-${name}-${version}`, async (target) => {
    await execute('python3', ['-m', 'venv', target], target);
    await execute(join(target, 'bin/pip'), ['install', '--quiet', `${name}==${version}`], target);
  });
  return join(folder, 'bin/python');
}

async function installed(name: string, install: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(FOLDER, name);
  if (existsSync(join(folder, COMPLETE))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    await install(folder);
  } catch (error) {
    const [reason] = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-1) ?? [];
    throw new Missing(`${name} cannot be installed: ${reason || (error as Error).message}`);
  }
  writeFileSync(join(folder, COMPLETE), '');
  return folder;
}

async function execute(command: string, args: readonly string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, timeout: 300_000 });
}
