/** What the documentation says exists must exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  test('links to pages that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)].map(([, link]) => link as string);
    expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:lib|lambda|test|local|bin|bench|docs)\/[\w./-]+)`/g)].map(([, file]) => file);
    expect(named.filter((file) => !existsSync(join(root, file as string)))).toEqual([]);
  });
});

test('every requirement of the security page has tests that bear its id', () => {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'test', name), 'utf8'))
    .join('\n');
  const ids = [...readFileSync(join(root, 'docs/security.md'), 'utf8').matchAll(/^\| ([TA]\d+) /gm)].map(
    ([, id]) => id,
  );
  expect(ids.length).toBeGreaterThan(25);
  expect(ids.filter((id) => !new RegExp(`['"\`]${id} `).test(names))).toEqual([]);
});

test('O5 the runbook has something to say of every alarm', () => {
  const alarms = readdirSync(join(root, 'lib/observability'))
    .map((name) => readFileSync(join(root, 'lib/observability', name), 'utf8'))
    .join('\n');
  const ids = [...alarms.matchAll(/\bid: '(\w+)'|'(\w+)Alarm'/g)].map(([, plan, own]) => plan ?? own ?? '');
  const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
  expect(ids.length).toBeGreaterThan(8);
  expect(ids.filter((id) => !runbook.includes(id))).toEqual([]);
});

test('O5 the runbook names reasons that exist', () => {
  const refusals = readFileSync(join(root, 'lambda/guard/refusal.ts'), 'utf8');
  const [, section = ''] = /## Refusals([\s\S]*?)\n## /.exec(readFileSync(join(root, 'docs/runbook.md'), 'utf8')) ?? [];
  const named = [...section.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, reason]) => reason as string);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((reason) => !refusals.includes(`'${reason}'`))).toEqual([]);
});
