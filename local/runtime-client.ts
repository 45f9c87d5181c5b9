import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LocalFailure } from './failure';

/** AWS's runtime client is a package of its own, installed by `prepare`. */
export function checkRuntimeClient(): void {
  const folder = join(__dirname, 'runtime-client');
  if (!existsSync(join(folder, 'node_modules', 'aws-lambda-ric', 'index.mjs'))) {
    throw new LocalFailure(
      'the Lambda runtime client is not installed: run npm ci --ignore-scripts --prefix local/runtime-client',
    );
  }
}
