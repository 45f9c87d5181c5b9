/** What is measured: this project, the SDK's bare handler, and the peers, each bundled as it would be deployed. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type Plugin } from 'esbuild';
import { installPeers, PEERS, peerVersions } from './peers/install';
import type { Era } from './subjects/subject';

const root = resolve(__dirname, '..');
const outdir = join(root, '.local/bench');

export interface Bundle {
  readonly name: string;
  readonly file: string;
  /** Eras that are measured; undefined: the one that the bundle itself names. */
  readonly eras?: readonly Era[];
  readonly peer: boolean;
  readonly bundleKb: number;
  readonly gzipKb: number;
}

export interface Missing {
  readonly name: string;
  readonly why: string;
}

export const OWN = ['bare', 'guarded'] as const;

/** What peers import only where it is installed: other schema libraries than the one that everyone uses here. */
const OPTIONAL = ['effect', 'sury', '@valibot/to-json-schema'];

/** Modules that belong to a peer come from where peers are installed, never from this project. */
const fromPeers: Plugin = {
  name: 'peers',
  setup(bundle) {
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind, importer, pluginData }) => {
      const own = importer.startsWith(join(root, 'bench/peers/'));
      if (!own || pluginData === fromPeers) return undefined;
      return bundle.resolve(path, { resolveDir: PEERS, kind, pluginData: fromPeers });
    });
  },
};

export async function ownBundles(): Promise<Bundle[]> {
  execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build-assets.ts')], { cwd: root });
  return Promise.all(
    OWN.map((name) => bundled(name, `bench/subjects/${name}.ts`, { peer: false, eras: ['modern', 'legacy'] })),
  );
}

/** The peers that can be installed and bundled, and why the others are missing. */
export async function peerBundles(): Promise<{ bundles: Bundle[]; missing: Missing[] }> {
  const folder = 'bench/peers/subjects';
  const names = readdirSync(join(root, folder))
    .filter((file) => /export (?:async )?function start\b/.test(readFileSync(join(root, folder, file), 'utf8')))
    .map((file) => file.replace(/\.mjs$/, ''));
  try {
    installPeers();
  } catch (fault) {
    const why = `not installed: ${String(fault).split('\n', 1)[0]}`;
    return { bundles: [], missing: names.map((name) => ({ name, why })) };
  }
  const bundles: Bundle[] = [];
  const missing: Missing[] = [];
  for (const name of names) {
    try {
      bundles.push(await bundled(name, `${folder}/${name}.mjs`, { peer: true }));
    } catch (fault) {
      missing.push({ name, why: `not bundled: ${String(fault).slice(0, 200)}` });
    }
  }
  return { bundles, missing };
}

/** Versions of what was measured beside this project. */
export const versions = peerVersions;

async function bundled(name: string, entry: string, more: Pick<Bundle, 'peer' | 'eras'>): Promise<Bundle> {
  const file = join(outdir, `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // The runtime as it ships, not its sources.
    alias: { 'cdk-mcp/runtime': join(root, 'assets/runtime/index.mjs') },
    plugins: more.peer ? [fromPeers] : [],
    external: more.peer ? OPTIONAL : [],
    banner: {
      js: "import { createRequire } from 'node:module'; import { fileURLToPath as $path } from 'node:url'; const require = createRequire(import.meta.url), __filename = $path(import.meta.url), __dirname = $path(new URL('.', import.meta.url));",
    },
    logLevel: 'error',
  });
  const content = readFileSync(file);
  return { name, file, ...more, bundleKb: content.length / 1024, gzipKb: gzipSync(content).length / 1024 };
}
