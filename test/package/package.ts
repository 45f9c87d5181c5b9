/**
 * Tests the package as a user has it: built, packed, and installed into fresh CDK apps, with npm and with a
 * strict pnpm, on the oldest and the newest peers. Needs the package registry and nothing else.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { npm, type PackageManager, pnpmIn, writeApp } from './app';
import { mustRun } from './commands';
import { checkInstalled } from './installed';
import { Report } from './report';
import { checkSynth } from './synth';
import { checkTarball, pack, type Tarball } from './tarball';
import { checkTypes } from './types';
import { type Peers, supportedPeers } from './versions';

const root = resolve(__dirname, '../..');
const report = new Report();

async function main(folder: string): Promise<void> {
  report.begin('build');
  const built = await report.check('builds without a warning of jsii', () => {
    const { stdout, stderr } = mustRun('npm', ['run', 'build'], root);
    const warnings = `${stdout}\n${stderr}`.split('\n').filter((line) => /\b(warning|error) (JSII|TS)\d/.test(line));
    if (warnings.length > 0) throw new Error(warnings.join('\n'));
  });
  if (!built) report.note('what was built is tested all the same');
  const tarball = pack(root, folder);
  await checkTarball(report, tarball, root);

  const peers = supportedPeers(tarball.manifest.peerDependencies, folder);
  for (const manager of [npm, pnpmIn(folder)]) {
    for (const one of peers) await checkApp(folder, tarball, manager, one);
  }
}

async function checkApp(folder: string, tarball: Tarball, manager: PackageManager, peers: Peers): Promise<void> {
  const versions = Object.entries(peers.versions).map(([name, version]) => `${name} ${version}`);
  report.begin(`${manager.name}, ${peers.label} (${versions.join(', ')})`);
  const app = join(folder, `${manager.name}-${peers.versions['aws-cdk-lib']}`);
  const installed = await report.check('installs', () => {
    writeApp(app, tarball, peers, root);
    manager.install(app);
  });
  if (installed) {
    await checkInstalled(report, app, peers, tarball.manifest.version);
    await checkTypes(report, app, manager === npm);
    await checkSynth(report, app);
  }
  // Each holds a copy of the CDK, and a machine may have little room.
  rmSync(app, { recursive: true, force: true });
}

const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'cdk-mcp-package-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

main(scratch)
  .catch((error: unknown) => report.check('runs to its end', () => Promise.reject(error)))
  .then(() => {
    process.exitCode = report.end();
  });
