import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { join } from 'node:path';
import { mustRun } from './commands';
import type { Report } from './report';

export interface Tarball {
  readonly file: string;
  /** Where its content was unpacked. */
  readonly content: string;
  readonly manifest: { readonly version: string; readonly peerDependencies: Record<string, string> };
}

const INTENDED = [
  'package.json',
  'README.md',
  'LICENSE',
  '.jsii',
  'assets/authorizer/index.mjs',
  'assets/broker/index.mjs',
  'assets/cli/cdk-mcp.mjs',
  'assets/collector/Dockerfile',
  'assets/container/Dockerfile',
  'assets/documents/index.mjs',
  'assets/guard/Dockerfile',
  'assets/guard/index.mjs',
  'assets/probe/index.mjs',
  'assets/runtime/index.cjs',
  'assets/runtime/index.d.cts',
  'assets/runtime/index.d.mts',
  'assets/runtime/index.mjs',
  'assets/runtime/recorder.cjs',
  'assets/runtime/recorder.mjs',
  'build/index.d.ts',
  'build/index.js',
];

/** What an asset loads on demand; the name carries a hash of its content. */
const ON_DEMAND = /^assets\/(?:broker|cli)\/[a-z-]+-[A-Z0-9]{8}\.mjs$/;

const PACKED_KB = 1450;
const UNPACKED_KB = 5200;

/** Packs what the last build left, as publishing would. */
export function pack(root: string, folder: string): Tarball {
  const { stdout } = mustRun('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  const file = join(folder, packed?.filename ?? '');
  const content = join(folder, 'content');
  mkdirSync(content);
  mustRun('tar', ['-xzf', file, '--strip-components=1', '-C', content], folder);
  return { file, content, manifest: JSON.parse(readFileSync(join(content, 'package.json'), 'utf8')) };
}

export async function checkTarball(report: Report, tarball: Tarball, root: string): Promise<void> {
  const files = filesUnder(tarball.content);
  report.begin(`tarball: ${files.length} files`);
  await report.check('holds every file it should', () =>
    none(
      INTENDED.filter((file) => !files.includes(file)),
      'missing',
    ),
  );
  await report.check('holds nothing else', () =>
    none(
      files.filter((file) => !INTENDED.includes(file) && !ON_DEMAND.test(file) && !isCompiled(file, root)),
      'not intended; list it in `files` of package.json as `!…`, or delete build/',
    ),
  );
  await report.check(`is smaller than ${PACKED_KB} KB, unpacked than ${UNPACKED_KB} KB`, () => {
    const packed = statSync(tarball.file).size / 1024;
    const unpacked = files.reduce((sum, file) => sum + statSync(join(tarball.content, file)).size, 0) / 1024;
    report.note(`${packed.toFixed(0)} KB, unpacked ${unpacked.toFixed(0)} KB`);
    if (packed > PACKED_KB || unpacked > UNPACKED_KB) throw new Error('too large');
  });
  await report.check('names no path of the machine it was built on', () =>
    none(
      files.filter((file) => namesMachine(readFileSync(join(tarball.content, file), 'utf8'), root)),
      'names one',
    ),
  );
  await report.check('source maps lead into lib/ alone', () =>
    none(
      files.flatMap((file) => sourcesOf(readFileSync(join(tarball.content, file), 'utf8'))).filter(leavesLib),
      'outside',
    ),
  );
  await report.check('the jsii assembly has neither unions nor any', () =>
    none(degraded(JSON.parse(readFileSync(join(tarball.content, '.jsii'), 'utf8')).types, ''), 'degraded'),
  );
}

/** A compiled file whose source is gone was left over by an earlier build. */
function isCompiled(file: string, root: string): boolean {
  const name = /^build\/(.+?)(\.d\.ts|\.js)$/.exec(file)?.[1];
  return name !== undefined && existsSync(join(root, 'lib', `${name}.ts`));
}

function namesMachine(text: string, root: string): boolean {
  const here = [root, homedir(), `/home/${userInfo().username}`];
  return here.some((path) => text.includes(`${path}/`)) || /(\.\.\/){2,}[^'"\s]*node_modules/.test(text);
}

function sourcesOf(text: string): string[] {
  const encoded = /sourceMappingURL=data:application\/json[^,]*;base64,(\S+)/.exec(text)?.[1];
  if (encoded === undefined) return [];
  const { sources } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as { sources: string[] };
  return sources;
}

function leavesLib(source: string): boolean {
  return !/^(\.\.\/)+lib\//.test(source);
}

/** Where a type reads worse in another language: what jsii cannot name becomes `any` there. */
function degraded(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { union, primitive, name } = node as { union?: unknown; primitive?: unknown; name?: unknown };
  const here = typeof name === 'string' ? `${path}.${name}` : path;
  if (union !== undefined || primitive === 'any' || primitive === 'json') return [here];
  return Object.values(node).flatMap((child) => degraded(child, here));
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

function none(found: readonly string[], what: string): void {
  if (found.length > 0) throw new Error(`${what}: ${[...new Set(found)].join(', ')}`);
}
