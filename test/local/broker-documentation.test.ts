import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(__dirname, '../../docs/local-platform-broker.md'), 'utf8');
const tests = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(join(__dirname, file), 'utf8'))
  .join('\n');

/** Names in the third column; the tables of two columns name no test. */
const named = document
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim())[3] ?? '')
  .filter((name) => name !== 'test' && !/^-*$/.test(name));

test('every behaviour documented for the broker names a test that exists', () => {
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !tests.includes(`'${name}'`) && !tests.includes(`"${name}"`))).toEqual([]);
});
