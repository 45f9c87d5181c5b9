import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { McpAuthorization } from 'cdk-mcp';
import { run } from '../../bin/cli/run';
import { GuardVariable } from '../../lib/private/contract';
import { notesServer } from '../lib/support';
import { assembly, folderOf, POLICY, removeFolders, resources } from './support';

afterEach(removeFolders);

async function cli(...args: string[]) {
  const out: string[] = [];
  const error: string[] = [];
  const code = await run(args, '1.2.3', { out: (text) => out.push(text), error: (text) => error.push(text) });
  return { code, out: out.join('\n'), error: error.join('\n') };
}

test('--help and --version answer and end well', async () => {
  expect(await cli('--help')).toMatchObject({ code: 0, out: expect.stringContaining('cdk-mcp access [cdk.out]') });
  expect(await cli('--version')).toEqual({ code: 0, out: '1.2.3', error: '' });
});

test('a wrong command line ends with 2, an assembly that is not there with 1', async () => {
  expect(await cli('grant')).toMatchObject({
    code: 2,
    out: '',
    error: expect.stringMatching(/^cdk-mcp: unknown command/),
  });
  expect(await cli('access', '/nowhere')).toMatchObject({ code: 1, error: expect.stringContaining('npx cdk synth') });
});

test('reads what the constructs write', async () => {
  const outdir = folderOf({});
  const app = new App({ outdir });
  const server = notesServer(new Stack(app, 'Test'));
  server.addMachineClient('reporting', { scopes: ['notes:read'] });
  server.addMachineClient('importer', { scopes: ['notes:write'] });
  app.synth();

  const { code, out } = await cli('access', outdir);

  expect(code).toBe(0);
  expect(out).toMatch(/people +sign in with desktop$/m);
  expect(out).toMatch(/tool +list_notes +notes:read +any user +reporting$/m);
  expect(out).toMatch(/tool +add_note +notes:write +any user +importer$/m);
  expect(out).toMatch(/tool +delete_\* +notes:write +in admins +none$/m);
});

test('A15 reads who may call a server whose provider exists', async () => {
  const outdir = folderOf({});
  const app = new App({ outdir });
  const issuer = 'https://id.example.com';
  const provider = { issuer, jwksUri: `${issuer}/keys` };
  const named = notesServer(new Stack(app, 'Test'), {
    authorization: McpAuthorization.oidc({ ...provider, clients: ['desktop-1'] }),
  });
  named.addMachineClient('reporting', { clientId: '0oa1', scopes: ['notes:read'] });
  notesServer(new Stack(app, 'Open'), { authorization: McpAuthorization.oidc({ ...provider, anyClient: true }) });
  app.synth();

  const { code, out } = await cli('access', outdir);

  expect(code).toBe(0);
  expect(out).toMatch(/provider +https:\/\/id.example.com$/m);
  expect(out).toMatch(/people +sign in with desktop-1$/m);
  expect(out).toMatch(/people +sign in with any client of the provider$/m);
  expect(out).toMatch(/machines +0oa1: notes:read$/m);
  expect(out).toMatch(/tool +list_notes +notes:read +any user +0oa1$/m);
  expect(out).toMatch(/tool +add_note +notes:write +any user +none$/m);
});

test('reads a compressed policy the constructs write', async () => {
  const outdir = folderOf({});
  const app = new App({ outdir });
  const tools = Array.from({ length: 150 }, (_, index) => `tool_with_a_long_name_${index}`);
  notesServer(new Stack(app, 'Test'), { access: [{ tools, scopes: ['notes:read'] }] });
  const variables = JSON.stringify(app.synth().getStackByName('Test').template);

  expect(variables).toContain('gzip:');
  expect((await cli('access', outdir)).out).toContain('tool_with_a_long_name_149');
});

test('reads a policy that travels in the bundle', async () => {
  const files = assembly(resources({ [GuardVariable.policy]: 'file:policy.json' }));
  const folder = folderOf({ ...files, 'asset.server/policy.json': POLICY });
  expect(await cli('access', folder)).toMatchObject({ code: 0, out: expect.stringContaining('copy_note') });
});

test('--json writes the same for programs', async () => {
  const folder = folderOf(assembly(resources()));
  const file = join(folder, 'access.json');
  expect(await cli('access', folder, '--json', file)).toMatchObject({
    code: 0,
    out: expect.stringContaining('list_notes'),
  });
  const written = JSON.parse(readFileSync(file, 'utf8'));
  expect(written).toMatchObject({ version: 1, servers: [{ server: 'Notes' }] });
  expect(written.servers[0].access[0]).toEqual({
    kind: 'tool',
    pattern: 'list_notes',
    scopes: ['notes:read'],
    people: true,
    machineClients: ['reader', 'writer'],
    unknownClients: [],
  });
});

test('fails on an assembly without a server, and on a file that cannot be written', async () => {
  expect(await cli('access', folderOf(assembly({})))).toMatchObject({
    code: 1,
    error: expect.stringContaining('no MCP server'),
  });
  const folder = folderOf(assembly(resources()));
  expect(await cli('access', folder, '--json', join(folder, 'no', 'a.json'))).toMatchObject({
    code: 1,
    error: expect.stringContaining('cannot write'),
  });
});
