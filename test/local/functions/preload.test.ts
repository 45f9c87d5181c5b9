import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPreload, withPreload } from '../../../local/functions/preload';

const dir = mkdtempSync(join(tmpdir(), 'pre load-'));
writeFileSync(join(dir, 'dns.cjs'), '');

test('without a file functions get nothing more', () => {
  expect(readPreload(dir, undefined, [])).toBeUndefined();
  const environment = { A: '1' };
  expect(withPreload(environment, undefined)).toBe(environment);
});

test('the file is found from the folder of the command; values may hold anything', () => {
  expect(readPreload(dir, 'dns.cjs', ['HOST=a.example', 'EMPTY=', 'ODD=a=b c'])).toEqual({
    file: join(dir, 'dns.cjs'),
    variables: { HOST: 'a.example', EMPTY: '', ODD: 'a=b c' },
  });
});

test('the environment names the module, quoted, beside the options of the template', () => {
  const preload = { file: '/a "b"\\c.cjs', variables: { HOST: 'x' } };
  expect(withPreload({ NODE_OPTIONS: '--enable-source-maps', A: '1' }, preload)).toEqual({
    NODE_OPTIONS: '--enable-source-maps --require "/a \\"b\\"\\\\c.cjs"',
    A: '1',
    HOST: 'x',
  });
});

test.each([
  ['nowhere.cjs', [], "--preload 'nowhere.cjs' does not exist"],
  ['dns.cjs', ['=x'], "--preload-env '=x' is no assignment: give NAME=VALUE"],
  ['dns.cjs', ['HOST'], "--preload-env 'HOST' is no assignment"],
  [undefined, ['A=1'], "--preload-env 'A=1' has nothing to be for: give --preload too"],
])('refuses %s with %j', (file, assignments, message) => {
  expect(() => readPreload(dir, file, assignments)).toThrow(message);
});
