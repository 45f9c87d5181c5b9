import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Grant } from '../../bin/cli/access';
import { type Finding, findingsOf } from '../../bin/cli/check/findings';
import { run } from '../../bin/cli/run';
import { NotesStack } from '../../examples/notes/stack';
import { assembly, folderOf, removeFolders, resources } from './support';

afterAll(removeFolders);

const fixture = (name: string) => join(__dirname, 'fixtures', `${name}.ts`);

async function cli(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run(args, '1.2.3', { out: (text) => out.push(text), error: (text) => error.push(text) });
  return { code, out: out.join('\n'), error: error.join('\n') };
}

const NOTHING = { tools: [], prompts: [], resources: [], templates: [], unanswered: [] };
const rule = (kind: Grant['kind'], pattern: string): Grant => ({
  kind,
  pattern,
  scopes: [],
  people: true,
  machineClients: [],
  unknownClients: [],
});
const short = (findings: readonly Finding[]) =>
  findings.map(({ finding, name, property }) => [finding, name, property].filter(Boolean).join(' '));

function ofTool(inputSchema: object): string[] {
  return short(findingsOf({ ...NOTHING, tools: [{ name: 't', description: 'Does it.', inputSchema }] }, undefined));
}

const id = { type: 'string', description: 'Which' };

test.each<[string, object]>([
  ['no properties', { type: 'object' }],
  ['properties that are described', { type: 'object', properties: { id } }],
  ['a choice', { type: 'object', properties: { id: { enum: ['a', 'b'], description: 'Which' } } }],
  [
    'a typed map',
    { type: 'object', properties: { id: { type: 'object', description: 'By name', additionalProperties: id } } },
  ],
  ['a typed list', { type: 'object', properties: { ids: { type: 'array', items: id, description: 'Which' } } }],
  ['a reference', { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: id } }],
  [
    'branches that only constrain',
    {
      properties: { a: { type: 'object', description: 'x', properties: { id } } },
      allOf: [{ properties: { a: { type: 'object', description: 'x', required: ['id'] } } }],
    },
  ],
  ['a schema that refers to itself', { properties: { a: { $ref: '#', description: 'Next' } } }],
])('T6 finds nothing in %s', (_, schema) => {
  expect(ofTool(schema)).toEqual([]);
});

test.each<[string, object, string[]]>([
  ['a password', { properties: { password: id } }, ['asks for a credential t /password']],
  [
    'one deep inside',
    { properties: { a: { description: 'x', properties: { api_key: id } } } },
    ['asks for a credential t /a/api_key'],
  ],
  ['a property that nobody describes', { properties: { a: { type: 'string' } } }, ['no description t /a']],
  ['any property', { type: 'object', additionalProperties: true }, ['open schema t /']],
  ['any value', { properties: { a: { description: 'x' } } }, ['open schema t /a']],
  ['any element', { properties: { a: { type: 'array', description: 'x' } } }, ['open schema t /a/*']],
  ['any branch', { properties: { a: { description: 'x', anyOf: [{ type: 'string' }, {}] } } }, ['open schema t /a']],
  [
    'a reference to elsewhere',
    { properties: { a: { description: 'x', $ref: 'https://x.example/s' } } },
    ['open schema t /a'],
  ],
  [
    'an object without properties',
    { properties: { a: { type: 'object', description: 'x', properties: {} } } },
    ['refuses every property t /a'],
  ],
  ['a map of anything', { properties: { a: { type: 'object', description: 'x' } } }, ['open schema t /a']],
])('T6 finds %s', (_, schema, found) => {
  expect(ofTool(schema)).toEqual(found);
});

test('T3 finds what no rule names, and rules that match nothing', () => {
  const offers = {
    ...NOTHING,
    tools: [
      { name: 'read_note', description: 'x' },
      { name: 'drop', description: 'x' },
    ],
    templates: [{ uriTemplate: 'notes://note/{id}' }, { uriTemplate: 'files://{path}' }],
  };
  const rules = [
    rule('tool', 'read_*'),
    rule('tool', 'write_*'),
    rule('resource', 'notes://note/*'),
    rule('prompt', 'x'),
  ];
  expect(
    short(
      findingsOf({ ...offers, tools: offers.tools.map((one) => ({ ...one, inputSchema: { type: 'object' } })) }, rules),
    ),
  ).toEqual([
    'no rule names it drop',
    'no rule names it files://{path}',
    'rule matches nothing write_*',
    'rule matches nothing x',
  ]);
});

test('T3 a list that was not answered may hold what a rule names', () => {
  const rules = [rule('resource', 'notes://note/*')];
  expect(findingsOf({ ...NOTHING, unanswered: ['resources'] }, rules)).toEqual([]);
  expect(short(findingsOf(NOTHING, rules))).toEqual(['rule matches nothing notes://note/*']);
});

test('T6 the command finds one of each in a careless server, and ends with 1', async () => {
  const app = folderOf(assembly(resources()));
  const json = join(app, 'check.json');
  const { code, out, error } = await cli('check', fixture('careless'), '--app', app, '--json', json);
  expect(error).toBe('cdk-mcp: 10 things to repair');
  expect(code).toBe(1);
  expect(out).toMatch(/4 tools, 1 prompts, 0 resources, 1 resource templates; rules of Notes/);
  expect(out).toMatch(/asks for a credential +tool +sign_in +\/password/);
  const report = JSON.parse(readFileSync(json, 'utf8'));
  expect(report).toMatchObject({ version: 1, server: 'Notes', offers: { tools: 4 } });
  expect(short(report.findings)).toEqual([
    'asks for a credential sign_in /password',
    'no description list_notes',
    'no description list_notes /tag',
    'open schema copy_note /data',
    'open schema copy_note /options',
    'refuses every property copy_note /filter',
    'open schema copy_note /tags/*',
    'no description sum_up',
    'no rule names it sign_in',
    'rule matches nothing delete_note',
  ]);
});

test('T6 the example passes', async () => {
  const outdir = folderOf({});
  const app = new App({ outdir });
  new NotesStack(app, 'Notes');
  app.synth();
  const { code, out } = await cli('check', join(__dirname, '../../examples/notes/server.ts'), '--app', outdir);
  expect(out).toContain('nothing found');
  expect(code).toBe(0);
}, 60_000);

test.each([
  ['missing', 'does not exist: name the module'],
  ['broken', 'cannot be built here: no such table'],
  ['dies', 'the module itself fails'],
  ['unguarded', 'was not made by serve(): write `export default serve('],
  ['calls-home', 'cannot be built here: fetch failed'],
])('fails on the module %s, saying why', async (name, says) => {
  expect(await cli('check', fixture(name))).toMatchObject({ code: 1, out: '', error: expect.stringContaining(says) });
});

test('nothing reaches the network', async () => {
  let reached = 0;
  const home = createServer((_, answer) => {
    reached += 1;
    answer.end('[]');
  });
  await new Promise<void>((resolve) => home.listen(5499, '127.0.0.1', resolve));
  await cli('check', fixture('calls-home'));
  await new Promise((resolve) => home.close(resolve));
  expect(reached).toBe(0);
});

test('fails where it cannot tell which rules are meant', async () => {
  const two = folderOf(assembly({ ...resources(), Other: resources({ MCP_SERVER: 'Other' }).Server! }));
  expect(await cli('check', fixture('careless'), '--app', two)).toMatchObject({
    code: 2,
    error: expect.stringContaining('name one with --server (Notes, Other)'),
  });
  expect(await cli('check', fixture('careless'), '--app', two, '--server', 'No')).toMatchObject({
    code: 1,
    error: expect.stringContaining("no server 'No'"),
  });
  expect(await cli('check', fixture('careless'), '--app', '/nowhere')).toMatchObject({ code: 1 });
  expect(await cli('check')).toMatchObject({ code: 2, error: expect.stringContaining('name the module to check') });
});
