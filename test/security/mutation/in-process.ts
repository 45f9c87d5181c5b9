/**
 * Runs one jest test file in this process, bundled, with one file of the product replaced on the way into the bundle.
 * The engine and the matchers are jest's own; what jest does around them (a process, a module registry and a transform
 * for each file) is what would make two hundred runs slow.
 */

import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { expect } from 'expect';
import * as circus from 'jest-circus';
import { ModuleMocker } from 'jest-mock';
import { type Mutant, mutated } from './mutant';

/** The copy that this process works on. */
const ROOT = process.env.MUTATION_ROOT ?? resolve(__dirname, '../../..');

export interface TestRun {
  readonly passed: number;
  /** The first test that failed, and why. */
  readonly failed?: { readonly test: string; readonly why: string };
}

const NEVER = /^(?!)/;

/** Runs tests whose names match until one fails. */
export async function runTests(file: string, mutant: Mutant | undefined, names?: RegExp): Promise<TestRun> {
  const code = await bundled(file, mutant);
  circus.resetState();
  const state = circus.getState();
  state.testTimeout = 20_000;
  state.testNamePattern = names;
  provideGlobals(file);
  let failed: TestRun['failed'];
  let passed = 0;
  const note: Parameters<typeof circus.addEventHandler>[0] = (event) => {
    if (event.name === 'test_fn_success') passed += 1;
    if (event.name !== 'test_done' || event.test.errors.length === 0 || failed !== undefined) return;
    failed = { test: nameOf(event.test), why: firstLine(event.test.errors[0]) };
    circus.getState().testNamePattern = NEVER;
  };
  circus.addEventHandler(note);
  try {
    load(code, file);
    const { unhandledErrors } = await circus.run();
    if (failed === undefined && unhandledErrors.length > 0) failed = { test: file, why: String(unhandledErrors[0]) };
  } catch (fault) {
    failed ??= { test: file, why: firstLine(fault) };
  } finally {
    circus.removeEventHandler(note);
    mocker.restoreAllMocks();
  }
  return { passed, failed };
}

async function bundled(file: string, mutant: Mutant | undefined): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [join(ROOT, file)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    packages: 'external',
    logLevel: 'silent',
    plugins: mutant === undefined ? [] : [replacing(mutant)],
  });
  return outputFiles[0]?.text ?? '';
}

function replacing(mutant: Mutant): Plugin {
  const path = join(ROOT, 'lambda', mutant.file);
  const only = new RegExp(`^${path.replace(/[\\.+*?()[\]{}|^$]/g, '\\$&')}$`);
  return {
    name: 'take the defence out',
    setup(bundle) {
      bundle.onLoad({ filter: only }, () => ({ contents: mutated(readFileSync(path, 'utf8'), mutant), loader: 'ts' }));
    },
  };
}

const mocker = new ModuleMocker(globalThis as never);

function provideGlobals(file: string): void {
  const { describe, test, it, beforeAll, beforeEach, afterAll, afterEach } = circus;
  const jest = {
    fn: mocker.fn.bind(mocker),
    mocked: (value: unknown) => value,
    spyOn: mocker.spyOn.bind(mocker),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    requireActual: Module.createRequire(join(ROOT, file)),
  };
  Object.assign(globalThis, { describe, test, it, beforeAll, beforeEach, afterAll, afterEach, expect, jest });
}

function load(code: string, file: string): void {
  const path = join(ROOT, file);
  const loaded = new Module(path) as Module & { _compile(code: string, path: string): void };
  loaded.filename = path;
  loaded.paths = (Module as unknown as { _nodeModulePaths(path: string): string[] })._nodeModulePaths(dirname(path));
  loaded._compile(code, path);
}

interface Named {
  readonly name: unknown;
  readonly parent?: Named;
}

function nameOf({ name, parent }: Named): string {
  const before = parent === undefined || parent.name === 'ROOT_DESCRIBE_BLOCK' ? '' : `${nameOf(parent)} `;
  return `${before}${String(name)}`;
}

function firstLine(fault: unknown): string {
  const [error] = [fault].flat();
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
