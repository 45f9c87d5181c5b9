/** The official suite's server scenarios against one address: what each of them checked. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanEnvironment, run } from '../clients/support/program';
import { node22, npmPackage } from '../clients/support/tools';

export interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'INFO' | 'SKIPPED' | (string & {});
  readonly description?: string;
  readonly errorMessage?: string;
  readonly specReferences?: readonly { readonly id: string; readonly url?: string }[];
}

export interface SuiteRun {
  readonly version: string;
  /** Further arguments that choose the scenarios. */
  readonly choice: readonly string[];
  readonly url: string;
  /** Folder for what the suite writes; made here. */
  readonly folder: string;
}

/** Checks by scenario, in the order in which the suite ran them. */
export type Checks = ReadonlyMap<string, readonly Check[]>;

const TIMEOUT_MS = 240_000;

export async function runSuite({ version, choice, url, folder }: SuiteRun): Promise<Checks> {
  const installed = await npmPackage('@modelcontextprotocol/conformance', version);
  mkdirSync(folder, { recursive: true });
  const program = join(installed, 'node_modules/.bin/conformance');
  const { stdout, stderr } = await run(
    await node22(),
    [program, 'server', '--url', url, ...choice, '--output-dir', folder],
    { env: cleanEnvironment(folder), timeoutMs: TIMEOUT_MS },
  );
  const ran = [...stdout.matchAll(/^=== Running scenario: (\S+) ===$/gm)].map(([, name = '']) => name);
  if (ran.length === 0) throw new Error(`the suite ${version} ran no scenario: ${stderr.trim() || stdout.trim()}`);
  return new Map(ran.map((scenario) => [scenario, checksOf(folder, scenario)]));
}

/** The suite writes a folder for each scenario, with the time behind its name; one it did not end leaves nothing. */
function checksOf(folder: string, scenario: string): Check[] {
  const own = new RegExp(`^server-${scenario}-\\d{4}-\\d{2}-\\d{2}T`);
  const files = readdirSync(folder)
    .filter((name) => own.test(name))
    .map((name) => join(folder, name, 'checks.json'));
  return files.filter((file) => existsSync(file)).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as Check[]);
}
