/** What the documentation says exists must exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { PICTURES, templateOf } from '../scripts/architecture/pictures';

jest.setTimeout(120_000);

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

describe('alarms', () => {
  /** Of the example behind both endpoints, in both hostings. */
  const alarms = new Set(
    PICTURES.flatMap((picture) => Object.entries(templateOf(picture).Resources)).flatMap(([id, { Type }]) =>
      /^AWS::CloudWatch::(?:Composite)?Alarm$/.test(Type) ? (/Observability(\w+?)Alarm/.exec(id)?.[1] ?? []) : [],
    ),
  );
  const lines = (page: string) => readFileSync(join(root, 'docs', page), 'utf8').split('\n');
  /** Names in headings, and in what begins a paragraph of one: `## Refusals, UnusualRefusals`, `**Errors**: …`. */
  const sections = lines('runbook.md')
    .flatMap((line) => /^(?:##+ |\*\*)([^:*]+)/.exec(line)?.[1] ?? [])
    .flatMap((heading) => heading.replace(/\(.*?\)/g, '').split(','))
    .map((name) => name.trim().replace(/Alarm$/, ''));

  test('O5 each that a stack can have has a section of the runbook', () => {
    expect(alarms.size).toBeGreaterThan(12);
    expect([...alarms].filter((name) => !sections.includes(name))).toEqual([]);
  });

  test('O5 the runbook has no section for one that does not exist', () => {
    // Other sections have more than a word in their names; `Probe/…` are alarms of a region's probe.
    const named = sections.filter((name) => !name.includes(' ') && !name.startsWith('Probe/'));
    expect(named.filter((name) => !alarms.has(name))).toEqual([]);
  });

  test('O5 the page on observability lists the same ones', () => {
    const table = lines('observability.md')
      .join('\n')
      .split('\n## ')
      .find((text) => text.startsWith('Alarms'));
    const listed = [...(table ?? '').matchAll(/^\| (\w+?)(?:Alarm)?(?: \(.*?\))? \|/gm)].map(([, name]) => name);
    expect(listed.filter((name) => name !== 'alarm').sort()).toEqual([...alarms].sort());
  });
});

test('O5 the runbook names reasons that exist', () => {
  const refusals = readFileSync(join(root, 'lambda/guard/refusal.ts'), 'utf8');
  const [, section = ''] = /## Refusals([\s\S]*?)\n## /.exec(readFileSync(join(root, 'docs/runbook.md'), 'utf8')) ?? [];
  const named = [...section.matchAll(/`([a-z]+_[a-z_]+)`/g)].map(([, reason]) => reason as string);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((reason) => !refusals.includes(`'${reason}'`))).toEqual([]);
});
