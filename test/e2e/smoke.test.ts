import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { run } from '../../bin/cli/run';
import type { StackFile } from '../../local/stack-file';
import { folderOf, removeFolders } from '../bin/support';
import { startStack, type TestStack } from '../support/stack';

jest.setTimeout(60_000);

const READ = 'list_notes,read_note,search_notes';

let running: TestStack;
let stack: StackFile;
let openServer: Server;

beforeAll(async () => {
  running = await startStack({ port: 4500 });
  stack = running.stack;
  openServer = createServer((_, response) => response.end('{}')).listen(0, '127.0.0.1');
}, 60_000);
afterAll(async () => {
  openServer?.close();
  await running?.stop();
});
afterEach(() => {
  delete process.env.MCP_CLIENT_SECRET;
  removeFolders();
});

function machine(name: string) {
  const found = stack.machineClients[name];
  if (found === undefined) throw new Error(`the stack has no machine client '${name}'`);
  return found;
}

/** The command as the pipeline runs it, by one of the stack's machine clients. */
async function smoke(name: string, args: readonly string[], secret = machine(name).clientSecret) {
  process.env.MCP_CLIENT_SECRET = secret;
  const lines: string[] = [];
  const output = { out: (text: string) => lines.push(text), error: (text: string) => lines.push(text) };
  const code = await run(['smoke', stack.mcpUrl, '--client', machine(name).clientId, ...args], '0', output);
  return { code, text: lines.join('\n') };
}

test('O3 a server that does what it should passes, with a machine token of its own', async () => {
  const folder = folderOf({});
  const file = join(folder, 'smoke.json');
  const { code, text } = await smoke('reporting', ['--expect', READ, '--call', 'list_notes', '--json', file]);
  expect(text).not.toContain('FAILED');
  expect(code).toBe(0);
  expect(text).toMatch(/passed +nobody gets in without a token +401/);
  expect(text).toMatch(/passed +the client gets a token and connects +MCP 2026-07-28/);
  expect(text).toMatch(/passed +it sees its tools and no other +list_notes, read_note, search_notes/);
  expect(text).toMatch(/passed +it calls list_notes +it answered/);
  for (const forgery of ['is none', 'another signature', 'no signature at all', 'to last longer', 'an ID token']) {
    expect(text).toMatch(new RegExp(`passed .*${forgery}.* is refused +401`));
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  expect(report).toMatchObject({ version: 1, passed: true, url: stack.mcpUrl });
  expect(report.checks).toHaveLength(11);
});

test.each([
  ['it sees more than it should', ['--expect', 'list_notes'], 'it sees read_note, search_notes'],
  ['it does not see what it should', ['--expect', `${READ},delete_note`], 'it does not see delete_note'],
  ['its call is refused', ['--call', 'add_note', '--arguments', '{"title":"a","text":"b"}'], 'insufficient_scope'],
  ['its call fails', ['--call', 'read_note', '--arguments', '{"id":"none"}'], 'it failed'],
])('O3 fails when %s', async (_, args, reason) => {
  const { code, text } = await smoke('reporting', args);
  expect(code).toBe(1);
  expect(text).toMatch(/^ *FAILED/m);
  expect(text).toContain(reason);
  expect(text).toContain('the server falls short');
});

test('O3 fails with a secret that is wrong, and shows it to nobody', async () => {
  const { code, text } = await smoke('reporting', [], 'a-secret-that-is-wrong');
  expect(code).toBe(1);
  expect(text).toMatch(/FAILED +the client gets a token and connects/);
  expect(text).not.toContain('a-secret-that-is-wrong');
  expect((await smoke('reporting', [], ' ')).text).toContain('MCP_CLIENT_SECRET is empty');
});

test('O3 fails when a server lets everybody in', async () => {
  process.env.MCP_CLIENT_SECRET = 'unused';
  const lines: string[] = [];
  const url = `http://127.0.0.1:${(openServer.address() as AddressInfo).port}/mcp`;
  const output = { out: (text: string) => lines.push(text), error: (text: string) => lines.push(text) };
  expect(await run(['smoke', url, '--client', 'ci'], '0', output)).toBe(1);
  expect(lines.join('\n')).toMatch(/FAILED +nobody gets in without a token +answered 200, not 401/);
});
