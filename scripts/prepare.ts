/** What a fresh clone needs after `npm ci`: the generated assets, and AWS's Lambda runtime client. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const runtimeClient = join(root, 'local/runtime-client');

execFileSync(process.execPath, ['--import', 'tsx', join(root, 'scripts/build-assets.ts')], {
  cwd: root,
  stdio: 'inherit',
});

// Its install scripts compile native code that the local platform does without, so they are not run.
if (!existsSync(join(runtimeClient, 'node_modules/aws-lambda-ric'))) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: runtimeClient,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}
