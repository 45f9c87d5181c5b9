/**
 * Installs the peers, at the versions of the package.json beside this file, into `.local/peers`: a folder of their own,
 * so that nothing of them is ever resolved by the product. Does nothing where those versions are installed already.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const MANIFEST = join(__dirname, 'package.json');

/** Where the peers are; a module there is resolved as from a file in it. */
export const PEERS = resolve(__dirname, '../../.local/peers');

/** @throws when the registry cannot be reached. */
export function installPeers(): string {
  const wanted = readFileSync(MANIFEST, 'utf8');
  const installed = join(PEERS, 'installed.json');
  if (existsSync(installed) && readFileSync(installed, 'utf8') === wanted) return PEERS;
  mkdirSync(PEERS, { recursive: true });
  writeFileSync(join(PEERS, 'package.json'), wanted);
  // Scripts have nothing to do here; peer dependencies would bring a whole web framework along, unused.
  execFileSync(
    'npm',
    ['install', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: PEERS,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  writeFileSync(installed, wanted);
  return PEERS;
}

/** Name and version of each peer, as installed. */
export function peerVersions(): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(MANIFEST, 'utf8')).dependencies;
}

if (require.main === module) process.stdout.write(`${installPeers()}\n`);
