import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changed, writeAssembly } from '../fixtures/assembly';
import { isRunning, waitFor } from '../fixtures/processes';
import { SERVICE_STACK, SERVICE_TEMPLATE } from '../fixtures/small-service';

jest.setTimeout(30_000);

const PORT = 4136;

test.each(['SIGTERM', 'SIGKILL'] as const)('%s leaves no container behind', async (signal) => {
  const open = { AuthorizationType: 'NONE', AuthorizerId: undefined, AuthorizationScopes: undefined };
  const template = changed(SERVICE_TEMPLATE, 'Secured', open);
  const app = `cp -r ${writeAssembly([{ ...SERVICE_STACK, template }])}/. "$CDK_OUTDIR"`;
  const dir = mkdtempSync(join(tmpdir(), 'local-'));
  const args = ['--import', 'tsx', 'bin/local.ts', '--port', String(PORT), '--dir', dir, '--app', app];
  const child = spawn(process.execPath, args, {
    cwd: join(__dirname, '../../..'),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
  });
  const exit = new Promise((resolve) => child.once('exit', resolve));
  await waitFor(() => output.includes('MCP server'), 20_000);
  const answer = await fetch(`http://localhost:${PORT}/mcp`, { method: 'POST', body: '{}' });
  const { pid } = (await answer.json()) as { pid: number };
  expect(isRunning(pid)).toBe(true);
  child.kill(signal);
  await exit;
  await waitFor(() => !isRunning(pid), 3000);
});
