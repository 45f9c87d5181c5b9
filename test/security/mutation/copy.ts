/** A copy of what the tests need, so that mutants touch nothing and edits meanwhile do not touch the run. */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOURCE = resolve(__dirname, '../../..');
const PARTS = [
  'lambda',
  'lib/private',
  'local/traces',
  'test/lambda',
  'test/security',
  'test/support',
  'tsconfig.json',
  'package.json',
];

export function makeCopy(): { readonly root: string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'mutation-'));
  for (const part of PARTS) cpSync(join(SOURCE, part), join(root, part), { recursive: true });
  symlinkSync(join(SOURCE, 'node_modules'), join(root, 'node_modules'));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
