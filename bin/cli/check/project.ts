import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { moduleFolders } from '../../../lib/private/esbuild';
import { CliFailure } from '../failure';

/** What a check takes from the project that the server belongs to. */
export interface Project {
  readonly entry: string;
  readonly esbuild: Esbuild;
  /** The runtime that the server imports. */
  readonly runtime: string;
  /** Every `node_modules` from the entry upwards, then from here. */
  readonly modules: readonly string[];
}

export interface Esbuild {
  build(options: Readonly<Record<string, unknown>>): Promise<{ outputFiles: readonly { contents: Uint8Array }[] }>;
}

/** @throws CliFailure when the entry, esbuild or this package cannot be found from there. */
export function projectOf(file: string): Project {
  const entry = resolve(file);
  if (!existsSync(entry)) throw new CliFailure(`'${file}' does not exist: name the module that \`entry\` names`);
  const load = createRequire(entry);
  const esbuild = found(entry, 'esbuild');
  if (esbuild === undefined) throw new CliFailure('esbuild is needed: run `npm install --save-dev esbuild`');
  const runtime = found(entry, 'cdk-mcp/runtime');
  if (runtime === undefined) throw new CliFailure('cdk-mcp is needed in the project: run `npm install cdk-mcp`');
  const module = join(dirname(runtime), 'index.mjs');
  return {
    entry,
    esbuild: load(esbuild) as Esbuild,
    runtime: existsSync(module) ? module : runtime,
    modules: [...new Set([...moduleFolders(dirname(entry)), ...moduleFolders(process.cwd())])],
  };
}

/** A package as the entry would find it, or as the folder does in which the command runs. */
function found(entry: string, name: string): string | undefined {
  for (const from of [entry, join(process.cwd(), 'here.js')]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // The next place may have it.
    }
  }
  return undefined;
}
