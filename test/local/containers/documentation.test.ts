import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'local-platform-containers.md'), 'utf8');
const tests = readdirSync(join(root, 'test', 'local'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(root, 'test', 'local', file), 'utf8'))
  .join('\n');

test('every behaviour on the page names a test that exists', () => {
  const mimicked = page.slice(page.indexOf('## What is mimicked'), page.indexOf('## What is different here'));
  const names = [...mimicked.matchAll(/^\|[^|]+\|[^|]+\| (.+) \|$/gm)].map(([, name]) => name as string);
  const rows = names.filter((name) => name !== 'test');
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
});

test('every file on the page exists', () => {
  const files = [...page.matchAll(/`(local\/[\w/-]+\.ts)`/g)].map(([, file]) => file as string);
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) expect(() => readFileSync(join(root, file))).not.toThrow();
});
