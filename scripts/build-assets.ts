/**
 * Builds what is generated and shipped: the runtime that servers import, the handlers that are deployed as
 * they are, and the command line. Each has a budget and a list of inputs it must not contain, because what
 * runs in the account is paid for at every cold start.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import ts from 'typescript';

const root = resolve(__dirname, '..');
const assets = join(root, 'assets');

interface Asset {
  readonly outfile: string;
  readonly entry: string;
  readonly format: 'esm' | 'cjs';
  /** Kilobytes at the most. */
  readonly budget: number;
  readonly external?: string[];
  readonly banner?: string;
  readonly minify?: boolean;
}

const FORBIDDEN = ['aws-cdk-lib', 'constructs', 'jsii', '@modelcontextprotocol', 'zod'];

const ASSETS: readonly Asset[] = [
  runtime('index.mjs', 'esm'),
  runtime('index.cjs', 'cjs'),
  { outfile: 'lambda/index.mjs', entry: 'lambda/serve/lambda.ts', format: 'esm', budget: 8 },
  { outfile: 'broker/index.mjs', entry: 'lambda/broker/handler.ts', format: 'esm', budget: 16, minify: true },
  {
    outfile: 'cli/cdk-mcp.mjs',
    entry: 'bin/cdk-mcp.ts',
    format: 'esm',
    budget: 64,
    banner: '#!/usr/bin/env node',
  },
];

/** The SDK stays outside: it is the user's, and must be the one their server was built with. */
function runtime(name: string, format: 'esm' | 'cjs'): Asset {
  const outfile = `runtime/${name}`;
  return { outfile, entry: 'lambda/serve/runtime.ts', format, budget: 96, external: ['@modelcontextprotocol/server'] };
}

async function buildAsset(asset: Asset): Promise<string> {
  const options: BuildOptions = {
    absWorkingDir: root,
    entryPoints: [asset.entry],
    outfile: join(assets, asset.outfile),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: asset.format,
    external: asset.external,
    minify: asset.minify ?? false,
    banner: asset.banner === undefined ? undefined : { js: asset.banner },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  };
  const { metafile } = await build(options);
  const forbidden = Object.keys(metafile?.inputs ?? {}).filter((input) =>
    FORBIDDEN.some((name) => input.includes(`node_modules/${name}/`)),
  );
  if (forbidden.length > 0)
    throw new Error(`${asset.outfile} contains what it must not: ${forbidden.slice(0, 3).join(', ')}`);
  const kilobytes = readFileSync(join(assets, asset.outfile)).length / 1024;
  if (kilobytes > asset.budget) {
    throw new Error(`${asset.outfile} has ${kilobytes.toFixed(1)} KB, its budget is ${asset.budget} KB`);
  }
  return `${asset.outfile} ${kilobytes.toFixed(1)} KB`;
}

/** One file holds the types of the whole runtime; it serves both module systems. */
function declareRuntime(): void {
  const source = readFileSync(join(root, 'lambda/serve/runtime.ts'), 'utf8');
  const { outputText } = ts.transpileDeclaration(source, { fileName: 'runtime.ts', compilerOptions: {} });
  const relative = /from '\.\.?\//.exec(outputText);
  if (relative !== null) throw new Error('the types of lambda/serve/runtime.ts refer to another file: keep them in it');
  for (const name of ['index.d.mts', 'index.d.cts']) writeFileSync(join(assets, 'runtime', name), outputText);
}

async function main(): Promise<void> {
  rmSync(assets, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const built = await Promise.all(ASSETS.map(buildAsset));
  declareRuntime();
  console.log(`assets: ${built.join(', ')}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
