import { existsSync } from 'node:fs';
import * as path from 'node:path';
import type { IConstruct } from 'constructs';
import { fail } from './errors';

/** From `lib/private` and `build/private` alike. */
const ASSETS = path.join(__dirname, '..', '..', 'assets');

/** The absolute path of a prebuilt part of this package. */
export function assetPath(scope: IConstruct, ...segments: string[]): string {
  const file = path.join(ASSETS, ...segments);
  if (!existsSync(file)) {
    fail(scope, `'${file}' is missing: run \`npm run build\` here, or install cdk-mcp again`);
  }
  return file;
}
