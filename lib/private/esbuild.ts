import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** The little of esbuild that is used; its own types would become part of this package's API. */
export interface Esbuild {
  buildSync(options: Readonly<Record<string, unknown>>): { readonly outputFiles: readonly OutputFile[] };
}

export interface OutputFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

interface BuildMessage {
  readonly text: string;
  readonly location?: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/** The user's esbuild: bundling is theirs to pin, and this package stays free of native parts. */
export function loadEsbuild(scope: IConstruct, entry: string): Esbuild {
  let file: string;
  try {
    file = require.resolve('esbuild', { paths: [path.dirname(path.resolve(entry)), process.cwd()] });
  } catch {
    fail(scope, `esbuild is needed to bundle '${entry}': run \`npm install --save-dev esbuild\``);
  }
  return require(file) as Esbuild;
}

/** What esbuild threw, as one error of ours: the file, its first messages, what to do. */
export function failBuild(scope: IConstruct, entry: string, error: unknown): never {
  const messages = (error as { errors?: readonly BuildMessage[] }).errors ?? [];
  if (messages.some((message) => /No matching export .* for import "default"/.test(message.text))) {
    fail(scope, `'${entry}' has no default export: write \`export default serve(() => …)\``);
  }
  const shown = messages.slice(0, 3).map(describe);
  const more = messages.length > 3 ? `\n  … and ${messages.length - 3} more` : '';
  const details = shown.length > 0 ? shown.join('\n  ') + more : String(error);
  fail(scope, `cannot bundle '${entry}': repair what esbuild reports:\n  ${details}\n`);
}

function describe({ text, location }: BuildMessage): string {
  return location ? `${location.file}:${location.line}:${location.column}: ${text}` : text;
}

/** Every `node_modules` from a folder upwards, nearest first. */
export function moduleFolders(folder: string): string[] {
  const here = path.join(folder, 'node_modules');
  const parent = path.dirname(folder);
  return [...(existsSync(here) ? [here] : []), ...(parent === folder ? [] : moduleFolders(parent))];
}
