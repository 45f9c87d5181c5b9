/**
 * Builds what is generated and shipped: the runtime that servers import, the handlers that are deployed as
 * they are, and the command line. Each has a budget and a list of inputs it must not contain, because what
 * runs in the account is paid for at every cold start.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';
import ts from 'typescript';

const root = resolve(__dirname, '..');
const assets = join(root, 'assets');

interface Asset {
  readonly outfile: string;
  readonly entry: string;
  readonly format: 'esm' | 'cjs';
  /** Kilobytes at the most of what is loaded at the start. */
  readonly budget: number;
  /** Kilobytes at the most of all files together; what is loaded on demand included. */
  readonly total?: number;
  readonly external?: string[];
  /** Modules that others stand for. */
  readonly alias?: Record<string, string>;
  readonly banner?: string;
  readonly minify?: boolean;
  /** Without blanks and comments, names kept: what is left reads well enough in a stack trace. */
  readonly compact?: boolean;
  /** What is loaded on demand lies in files of its own, beside the entry. */
  readonly splitting?: boolean;
  /** Forbidden elsewhere; here it may be loaded on demand. */
  readonly onDemand?: readonly string[];
  readonly plugins?: Plugin[];
}

/** What is not loaded before it is needed: no discovery document waits for it. */
const ON_DEMAND = ['@aws-sdk', '@smithy'];

const FORBIDDEN = ['aws-cdk-lib', 'constructs', 'jsii', '@modelcontextprotocol', 'zod'];

const ASSETS: readonly Asset[] = [
  runtime('index.mjs', 'esm'),
  runtime('index.cjs', 'cjs'),
  recorder('mjs', 'esm'),
  recorder('cjs', 'cjs'),
  {
    outfile: 'broker/index.mjs',
    entry: 'lambda/broker/handler.ts',
    format: 'esm',
    budget: 16,
    total: 768,
    minify: true,
    splitting: true,
    banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  {
    outfile: 'guard/index.mjs',
    entry: 'lambda/sidecar/main.ts',
    format: 'esm',
    budget: 240,
    compact: true,
    alias: { https: join(root, 'lambda/guard/tokens/no-https.ts') },
  },
  {
    outfile: 'authorizer/index.mjs',
    entry: 'lambda/authorizer/handler.ts',
    format: 'esm',
    budget: 64,
    minify: true,
    alias: { https: join(root, 'lambda/guard/tokens/no-https.ts') },
  },
  { outfile: 'documents/index.mjs', entry: 'lambda/documents/handler.ts', format: 'esm', budget: 8, minify: true },
  { outfile: 'probe/index.mjs', entry: 'lambda/probe/handler.ts', format: 'esm', budget: 20, minify: true },
  {
    outfile: 'cli/cdk-mcp.mjs',
    entry: 'bin/cdk-mcp.ts',
    format: 'esm',
    budget: 64,
    total: 1280,
    // The smoke test is a client.
    onDemand: ['@modelcontextprotocol', 'zod'],
    minify: true,
    splitting: true,
    banner:
      "#!/usr/bin/env node\nimport { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
];

/** The SDK stays outside: it is the user's, and must be the one their server was built with. */
function runtime(name: string, format: 'esm' | 'cjs'): Asset {
  const outfile = `runtime/${name}`;
  return {
    outfile,
    entry: 'lambda/serve/runtime.ts',
    format,
    budget: 226,
    compact: true,
    external: ['@modelcontextprotocol/server'],
    alias: { https: join(root, 'lambda/guard/tokens/no-https.ts') },
    plugins: [recorderBeside(format === 'esm' ? 'mjs' : 'cjs')],
  };
}

/** What records traces lies beside the runtime, in a file that no start waits for. */
function recorder(extension: string, format: 'esm' | 'cjs'): Asset {
  const entry = 'lambda/guard/tracing/record/recorder.ts';
  return { outfile: `runtime/recorder.${extension}`, entry, format, budget: 10, minify: true };
}

function recorderBeside(extension: string): Plugin {
  return {
    name: 'recorder',
    setup: ({ onResolve }) => {
      onResolve({ filter: /\/recorder$/ }, () => ({ path: `./recorder.${extension}`, external: true }));
    },
  };
}

async function buildAsset(asset: Asset): Promise<string> {
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints: [asset.entry],
    ...(asset.splitting
      ? {
          splitting: true,
          outdir: join(assets, dirname(asset.outfile)),
          outExtension: { '.js': '.mjs' },
          entryNames: basename(asset.outfile, '.mjs'),
        }
      : { outfile: join(assets, asset.outfile) }),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: asset.format,
    external: asset.external,
    alias: asset.alias,
    plugins: asset.plugins,
    ...(asset.compact ? { minifyWhitespace: true, minifySyntax: true } : { minify: asset.minify ?? false }),
    banner: asset.banner === undefined ? undefined : { js: asset.banner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
  const { metafile } = await build(options);
  const outputs = metafile?.outputs ?? {};
  const loaded = loadedAtStart(outputs, asset.entry);
  const { onDemand = [] } = asset;
  const forbidden = FORBIDDEN.filter((name) => !onDemand.includes(name));
  refuse(asset, Object.keys(outputs), outputs, forbidden);
  refuse(asset, loaded, outputs, [...ON_DEMAND, ...onDemand]);
  const start = kilobytes(loaded, outputs);
  const all = kilobytes(Object.keys(outputs), outputs);
  for (const [what, size, budget] of [
    ['start', start, asset.budget],
    ['total', all, asset.total ?? asset.budget],
  ] as const) {
    if (size > budget)
      throw new Error(`${asset.outfile} has ${size.toFixed(1)} KB (${what}), its budget is ${budget} KB`);
  }
  return asset.splitting
    ? `${asset.outfile} ${start.toFixed(1)} of ${all.toFixed(1)} KB`
    : `${asset.outfile} ${start.toFixed(1)} KB`;
}

/** The entry's file and what it imports, files that are imported on demand left out. */
function loadedAtStart(outputs: Metafile['outputs'], entry: string): string[] {
  const files = Object.keys(outputs).filter((file) => outputs[file]?.entryPoint === entry);
  for (const file of files) {
    for (const { path, kind } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && path in outputs && !files.includes(path)) files.push(path);
    }
  }
  return files;
}

function refuse(asset: Asset, files: readonly string[], outputs: Metafile['outputs'], names: readonly string[]): void {
  const inputs = files.flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));
  const found = inputs.filter((input) => names.some((name) => input.includes(`node_modules/${name}/`)));
  if (found.length > 0) throw new Error(`${asset.outfile} contains what it must not: ${found.slice(0, 3).join(', ')}`);
}

function kilobytes(files: readonly string[], outputs: Metafile['outputs']): number {
  return files.reduce((sum, file) => sum + (outputs[file]?.bytes ?? 0), 0) / 1024;
}

/** One file holds the types of the whole runtime; it serves both module systems. */
function declareRuntime(): void {
  const source = readFileSync(join(root, 'lambda/serve/runtime.ts'), 'utf8');
  const { outputText } = ts.transpileDeclaration(source, { fileName: 'runtime.ts', compilerOptions: {} });
  const relative = /from '\.\.?\//.exec(outputText);
  if (relative !== null) throw new Error('the types of lambda/serve/runtime.ts refer to another file: keep them in it');
  for (const name of ['index.d.mts', 'index.d.cts']) writeFileSync(join(assets, 'runtime', name), outputText);
}

/** The guard's image as it is built, the recipe for those of servers that are the guard themselves, and the collector. */
function addImages(): void {
  for (const image of ['guard', 'container']) {
    mkdirSync(join(assets, image), { recursive: true });
    copyFileSync(join(root, 'lambda/sidecar/Dockerfile'), join(assets, image, 'Dockerfile'));
  }
  mkdirSync(join(assets, 'collector'), { recursive: true });
  copyFileSync(join(root, 'lambda/collector/Dockerfile'), join(assets, 'collector/Dockerfile'));
}

async function main(): Promise<void> {
  rmSync(assets, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const built = await Promise.all(ASSETS.map(buildAsset));
  declareRuntime();
  addImages();
  console.log(`assets: ${built.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
