import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { DISABLE_ASSET_STAGING_CONTEXT } from 'aws-cdk-lib/cx-api';
import type { IConstruct } from 'constructs';
import { assetPath } from './assets';
import { fail } from './errors';
import { failBuild, loadEsbuild, moduleFolders } from './esbuild';

export interface BundleOptions {
  /** Relative to the folder the app is run from. */
  readonly entry: string;
  readonly minify: boolean;
  readonly sourceMap: boolean;
  readonly externalModules: readonly string[];
  /** @default 'function' */
  readonly runsIn?: RunsIn;
}

/** A streaming function is one whose answers the endpoint takes as they are written. */
export type RunsIn = keyof typeof ADAPTERS;

const ADAPTERS = {
  function: 'lambdaHandler',
  'streaming function': 'streamingLambdaHandler',
  container: 'listenInContainer',
} as const;

/** File names and contents of a bundle. */
export type Bundle = ReadonlyMap<string, Uint8Array | string>;

const OUTPUT = 'index.mjs';

/** Bundles made for one app: two servers on the same entry are bundled once. */
const bundles = new WeakMap<IConstruct, Map<string, Bundle>>();

/** The user's server behind the library's handler, everything it imports included. */
export function bundleServer(scope: IConstruct, options: BundleOptions): Bundle {
  // The command line asks for some stacks only, or just for their names: nobody will read this asset.
  if (!Stack.of(scope).bundlingRequired) return new Map([[OUTPUT, '']]);
  const made = bundles.get(scope.node.root) ?? new Map<string, Bundle>();
  bundles.set(scope.node.root, made);
  const key = JSON.stringify(options);
  const bundle = made.get(key) ?? build(scope, options);
  made.set(key, bundle);
  return bundle;
}

/** Hands a folder with these files to `use` and removes it: the CDK has made its own copy by then, unless told not to. */
export function withFolder<T>(scope: IConstruct, files: Bundle, use: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'cdk-mcp-'));
  try {
    for (const [name, contents] of files) writeFileSync(path.join(folder, name), contents);
    return use(folder);
  } finally {
    if (!scope.node.tryGetContext(DISABLE_ASSET_STAGING_CONTEXT)) rmSync(folder, { recursive: true, force: true });
  }
}

function build(scope: IConstruct, options: BundleOptions): Bundle {
  const entry = path.resolve(options.entry);
  if (!existsSync(entry)) {
    fail(scope, `entry '${options.entry}' does not exist (${entry}): give a path from the folder the app runs in`);
  }
  const settings = esbuildSettings(scope, entry, options);
  const esbuild = loadEsbuild(scope, options.entry);
  try {
    const { outputFiles } = esbuild.buildSync(settings);
    return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
  } catch (error) {
    return failBuild(scope, options.entry, error);
  }
}

function esbuildSettings(scope: IConstruct, entry: string, options: BundleOptions): Record<string, unknown> {
  const folder = path.dirname(entry);
  const runtime = assetPath(scope, 'runtime', 'index.mjs');
  return {
    stdin: {
      contents: guardedEntry(entry, options.runsIn ?? 'function'),
      resolveDir: folder,
      sourcefile: 'guarded-entry.mjs',
    },
    // The server gets the runtime these constructs were made for, wherever the package manager put it.
    alias: { 'cdk-mcp/runtime': runtime },
    // The runtime leaves the MCP SDK to the user's project, which a package manager may not let it see.
    nodePaths: [...moduleFolders(folder), ...moduleFolders(process.cwd())],
    absWorkingDir: folder,
    outfile: path.join(folder, OUTPUT),
    external: options.externalModules,
    minify: options.minify,
    sourcemap: options.sourceMap,
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    // CommonJS packages call `require` for Node's own modules, which an ES module does not have.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  };
}

/** What runs: every way refuses, at the start, a default export not made by `serve()`. */
function guardedEntry(entry: string, runsIn: RunsIn): string {
  const adapter = ADAPTERS[runsIn];
  const run = `${adapter}(server);`;
  return [
    `import server from ${JSON.stringify(entry)};`,
    `import { ${adapter} } from 'cdk-mcp/runtime';`,
    runsIn === 'container' ? `await ${run}` : `export const handler = ${run}`,
  ].join('\n');
}
