import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAssembly } from './fixtures/assembly';
import { isRunning, waitFor } from './fixtures/processes';
import { SMALL_STACK } from './fixtures/small-stack';

const PORT = 4180;
const project = join(__dirname, '..', '..');
const tsx = join(project, 'node_modules', '.bin', 'tsx');

function command(...args: string[]): string[] {
  return [join(project, 'bin', 'local.ts'), ...args];
}

function run(...args: string[]) {
  return spawnSync(tsx, command('--dir', mkdtempSync(join(tmpdir(), 'local-')), ...args), {
    cwd: project,
    encoding: 'utf8',
  });
}

test('--help lists the options', () => {
  const { status, stdout } = run('--help');
  expect([status, stdout]).toEqual([0, expect.stringContaining('--app "<command>"')]);
});

test('an unknown option: a sentence, exit 1', () => {
  const { status, stderr } = run('--prot', '4180');
  expect([status, stderr]).toEqual([1, "Unknown option '--prot': --help lists the options\n"]);
});

test('a broken app: the end of its error output and a sentence, exit 1', () => {
  const { status, stderr } = run('--port', String(PORT), '--app', "echo 'entry not found' >&2; false");
  expect(status).toBe(1);
  expect(stderr).toContain("entry not found\n\nthe app `echo 'entry not found' >&2; false` failed with exit code 1");
});

test('an occupied port is said before the synthesis, exit 1', async () => {
  const other = createServer().listen(PORT, '127.0.0.1');
  await once(other, 'listening');
  const { status, stderr, stdout } = run('--port', String(PORT), '--app', 'sleep 60');
  other.close();
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(`port ${PORT} is occupied`);
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('%s leaves no process behind', async (signal) => {
  const assembly = writeAssembly([SMALL_STACK]);
  const dir = mkdtempSync(join(tmpdir(), 'local-'));
  const app = `cp -r ${assembly}/. "$CDK_OUTDIR"`;
  // The command itself, not the tsx that would start it: the signal is meant for it alone.
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', ...command('--port', String(PORT), '--dir', dir, '--app', app)],
    {
      cwd: project,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  await waitFor(() => existsSync(join(dir, 'stack.json')));
  const pid = await functionPid();
  expect(isRunning(pid)).toBe(true);
  child.kill(signal);
  await exit;
  await waitFor(() => !isRunning(pid), 3000);
  if (signal !== 'SIGKILL') expect(existsSync(join(dir, 'stack.json'))).toBe(false);
  expect(output).toContain('MCP server');
});

async function functionPid(): Promise<number> {
  const answer = await fetch(`http://localhost:${PORT}/public`);
  return ((await answer.json()) as { pid: number }).pid;
}
