import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mustRun } from './commands';
import { filesIn, packagesIn } from './readme';
import type { Tarball } from './tarball';
import type { Peers } from './versions';

export interface PackageManager {
  readonly name: string;
  /** Installs what package.json of a folder lists. */
  install(folder: string): void;
}

const QUIET = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

export const npm: PackageManager = {
  name: 'npm',
  install(folder) {
    mustRun('npm', ['install', ...QUIET], folder);
  },
};

const PNPM = '10.34.9';

/** pnpm without hoisting: a package sees what it lists and nothing else, the strictest a user may have. */
export function pnpmIn(folder: string): PackageManager {
  const tools = join(folder, 'pnpm');
  mkdirSync(tools);
  writeFileSync(join(tools, 'package.json'), '{"private":true}');
  mustRun('npm', ['install', `pnpm@${PNPM}`, ...QUIET], tools);
  const settings = [`--store-dir=${join(folder, 'store')}`, '--config.hoist=false', '--prefer-offline', '--silent'];
  return {
    name: 'pnpm',
    install(app) {
      mustRun(process.execPath, [join(tools, 'node_modules/pnpm/bin/pnpm.cjs'), 'install', ...settings], app);
    },
  };
}

/** Writes the README's example into a new folder; packages come from its `npm install` lines. */
export function writeApp(folder: string, tarball: Tarball, peers: Peers, root: string): void {
  const readme = readFileSync(join(tarball.content, 'README.md'), 'utf8');
  const versions: Record<string, string> = { ...peers.versions, 'cdk-mcp': `file:${tarball.file}` };
  const listed = [...packagesIn(readme), 'typescript', 'tsx', '@types/node'];
  const dependencies = Object.fromEntries(listed.map((name) => [name, versions[name] ?? installedVersion(root, name)]));
  mkdirSync(folder, { recursive: true });
  write(folder, 'package.json', JSON.stringify({ private: true, type: 'module', dependencies }, undefined, 2));
  for (const { name, content } of filesIn(readme)) write(folder, name, content);
}

/** The example and the tests are written for the versions this repository has. */
function installedVersion(root: string, name: string): string {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;
}

export function write(folder: string, name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}
