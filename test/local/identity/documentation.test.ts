import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = readFileSync(join(__dirname, '../../../docs/local-platform-identity.md'), 'utf8');
const tests = readdirSync(__dirname)
  .map((file) => readFileSync(join(__dirname, file), 'utf8'))
  .join('\n');

const rows = document
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map((cells) => cells[3] ?? '')
  .filter((name) => name !== 'test');

test('every documented behaviour names a test that exists', () => {
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter((name) => !tests.includes(`'${name}'`))).toEqual([]);
});
