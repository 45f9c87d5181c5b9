/** The pipeline's own commands, executed as far as there is no account. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { buildCommands } from '../../../lib/delivery/build-commands';
import { folderOf, removeFolders } from '../../bin/support';
import { ROOT } from '../../support/stack';
import { notesServer } from '../support';

jest.setTimeout(120_000);
afterEach(removeFolders);

function shell(command: string, cwd: string, env: Record<string, string> = {}): string {
  return execFileSync('bash', ['-c', command], { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
}

function commandWith(word: string, assembly: string): string {
  const plan = { commands: {}, entries: ['examples/notes/server.ts'], assembly, preProduction: 'assembly-Pre' };
  const found = buildCommands(plan).find((command) => command.includes(word));
  if (found === undefined) throw new Error(`no command has '${word}'`);
  return found;
}

test('O3 the tool that later steps run goes along with the assembly, and needs nothing beside it', () => {
  const assembly = folderOf({});
  shell(commandWith('assets/cli', assembly), ROOT);
  const [before, after] = [folderOf({}), folderOf({})];
  for (const [outdir, tools] of [
    [before, ['list_notes']],
    [after, ['list_notes', 'delete_note']],
  ] as const) {
    const app = new App({ outdir });
    const server = notesServer(new Stack(app, 'Notes'), { access: [{ tools: [...tools], scopes: ['notes:read'] }] });
    server.addMachineClient('ci', { scopes: ['notes:read'] });
    app.synth();
  }
  // Somewhere without node_modules, as the later steps are.
  const changes = `node cdk-mcp-cli/cdk-mcp.mjs changes ${before} ${after} --markdown changes.md --summary summary.txt`;
  const text = shell(`${changes} > /dev/null && export CHANGES="$(cat summary.txt)" && printf %s "$CHANGES"`, assembly);
  expect(text).toContain('machine client ci gains tool delete_note');
  expect(readFileSync(join(assembly, 'changes.md'), 'utf8')).toContain('- machine client ci gains tool delete_note');
});

test('O3 the list of parts is one of CycloneDX', () => {
  const folder = folderOf({
    'package.json': { name: 'a', version: '1.0.0', dependencies: {} },
    'package-lock.json': {
      name: 'a',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: { '': { name: 'a', version: '1.0.0' } },
    },
  });
  mkdirSync(join(folder, 'reports'));
  shell(commandWith('npm sbom', 'cdk.out'), folder);
  expect(existsSync(join(folder, 'reports/sbom.json'))).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, 'reports/sbom.json'), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
});
