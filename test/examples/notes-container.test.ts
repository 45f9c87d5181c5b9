/** The notes server as a container: what its image's CMD runs, run here as a process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { notesImage } from '../../examples/notes/container/image';
import { PrincipalHeader } from '../../lib/private/contract';

const FOLDER = join(__dirname, '../../examples/notes/container/build');

let running: ChildProcess;
let url: URL;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

beforeAll(async () => {
  notesImage();
  const port = await freePort();
  url = new URL(`http://127.0.0.1:${port}/mcp`);
  const [command, ...args] = JSON.parse(/^CMD (.*)$/m.exec(readFileSync(join(FOLDER, 'Dockerfile'), 'utf8'))![1]!);
  const env = { PATH: process.env.PATH, PORT: String(port), TABLE_NAME: 'none', AWS_REGION: 'eu-central-1' };
  running = spawn(command, args, { cwd: FOLDER, env, stdio: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt++) {
    if (
      await fetch(url).then(
        () => true,
        () => false,
      )
    )
      return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the server does not listen');
}, 30_000);

afterAll(async () => {
  running.kill('SIGTERM');
  await once(running, 'exit');
});

async function connected(headers: Record<string, string>): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return client;
}

test('O1 serves the same tools as the function, to whom the guard names', async () => {
  const client = await connected({ [PrincipalHeader.id]: 'anna' });
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name).sort()).toEqual([
    'add_note',
    'delete_note',
    'list_notes',
    'read_note',
    'search_notes',
    'update_note',
  ]);
  const prompt = await client.getPrompt({ name: 'summarize_notes', arguments: { subject: 'spring' } });
  expect(JSON.stringify(prompt.messages)).toContain('spring');
  await client.close();
});

test('O1 serves nobody whom the guard does not name', async () => {
  await expect(connected({})).rejects.toThrow();
  await expect(connected({ [PrincipalHeader.id]: '' })).rejects.toThrow();
});
