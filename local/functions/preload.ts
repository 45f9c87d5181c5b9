import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalFailure } from '../failure';

/**
 * For tests alone: a module every function's process loads before its code, and variables for it. It stands for
 * what surrounds a function in the account, such as name resolution; bundle and template stay as they are.
 */
export interface Preload {
  /** Absolute path of a CommonJS module. */
  readonly file: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** @throws for a file that is not there, a variable that is no assignment, and variables without a file */
export function readPreload(
  cwd: string,
  file: string | undefined,
  assignments: readonly string[],
): Preload | undefined {
  if (file === undefined) {
    if (assignments.length === 0) return undefined;
    throw new LocalFailure(`--preload-env '${assignments[0]}' has nothing to be for: give --preload too`);
  }
  const path = resolve(cwd, file);
  if (!existsSync(path)) throw new LocalFailure(`--preload '${file}' does not exist: give the path of a module`);
  return { file: path, variables: Object.fromEntries(assignments.map(assignment)) };
}

/** The environment with the module to load and its variables. Options the template itself sets stay. */
export function withPreload(environment: Record<string, string>, preload: Preload | undefined): Record<string, string> {
  if (!preload) return environment;
  const quoted = `"${preload.file.replace(/["\\]/g, '\\$&')}"`;
  const options = [environment.NODE_OPTIONS, `--require ${quoted}`].filter(Boolean).join(' ');
  return { ...environment, ...preload.variables, NODE_OPTIONS: options };
}

function assignment(text: string): [string, string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new LocalFailure(`--preload-env '${text}' is no assignment: give NAME=VALUE`);
  }
  return [name, value];
}
