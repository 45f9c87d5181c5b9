/**
 * Servers that others wrote, unchanged, behind the guard's container: the reference server, which demands sessions, and
 * one of the Python SDK, with sessions and without.
 *
 *   tsx test/clients/foreign-servers.ts [--json] [--skip-missing] [--only <part of a server's name>]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CONFIG, type Keys, makeKeys, read, sign, toolCall, userClaims, write } from '../support/guard';
import { startSidecar, type TestSidecar } from '../support/sidecar';
import { freePort } from '../support/stack';
import { startStateTable } from '../support/state-table';
import { statusOf } from '../support/task';
import { until } from '../support/until';
import { rungTable } from './support/report';
import { climb, holds, must, type Row, type Rung } from './support/rungs';
import { npmPackage, pythonWith } from './support/tools';

const EVERYTHING = '2026.8.31';
const PYTHON = '2.3.0';
const PORT = 5290;
const KEY = `AKIA${'ABCDEFGHIJKLMNOP'}`;

interface Program {
  readonly server: string;
  readonly version: string;
  readonly sessions: boolean;
  readonly tools: Tools;
  /** Command, arguments and variables of the server on a port. */
  command(port: number): Promise<{ command: string; args: string[]; env?: Record<string, string> }>;
}

interface Tools {
  readonly echo: string;
  /** With two numbers, for a scope that is stepped up to. */
  readonly sum: string;
  /** Answers later, and tells how far it is. */
  readonly slow: { readonly name: string; readonly arguments: Record<string, unknown> };
  /** Named by no rule. */
  readonly hidden: string;
}

const OF_PYTHON: Tools = { echo: 'echo', sum: 'add', slow: { name: 'slow', arguments: {} }, hidden: 'secret_tool' };

const python = (sessions: boolean): Program => ({
  server: `Python SDK, ${sessions ? 'with sessions' : 'stateless'}`,
  version: PYTHON,
  sessions,
  tools: OF_PYTHON,
  command: async (port) => ({
    command: await pythonWith('mcp', PYTHON),
    args: [join(__dirname, 'python_server.py'), String(port), sessions ? 'no' : 'yes'],
  }),
});

const PROGRAMS: readonly Program[] = [
  {
    server: 'server-everything',
    version: EVERYTHING,
    sessions: true,
    tools: {
      echo: 'echo',
      sum: 'get-sum',
      slow: { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      hidden: 'get-env',
    },
    async command(port) {
      const folder = await npmPackage('@modelcontextprotocol/server-everything', EVERYTHING);
      const program = join(folder, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
      return { command: process.execPath, args: [program, 'streamableHttp'], env: { PORT: String(port) } };
    },
  },
  python(true),
  python(false),
];

interface Ground {
  readonly sidecar: TestSidecar;
  readonly keys: Keys;
  readonly token: string;
}

function rungsOf({ server, version, sessions, tools }: Program, on: () => Promise<Ground>): Rung[] {
  const rung = (what: string, climbIt: (ground: Ground) => Promise<string>): Rung => ({
    client: server,
    version,
    registration: 'pre-registered',
    what,
    run: async () => climbIt(await on()),
  });
  const all = rung('list, call, deny, step up, redact, stream: client of SDK v1', async (ground) => {
    const { client, transport } = await connected(ground, ground.token);
    const listed = (await client.listTools()).tools.map(({ name }) => name);
    must(listed.includes(tools.echo) && !listed.includes(tools.hidden), `lists ${listed}`);
    must((await said(client, tools.echo, { message: 'hello' })).includes('hello'), 'no echo');
    const denied = await said(client, tools.hidden, {}).catch((error: Error) => error.message);
    must(denied.includes(`Tool ${tools.hidden} not found`), `a tool of no rule answers: ${denied}`);
    const wrong = await said(client, tools.echo, { message: 1 }).catch((error: Error) => error.message);
    must(/Invalid arguments/.test(wrong), `wrong arguments answer: ${wrong}`);
    const redacted = await said(client, tools.echo, { message: KEY });
    must(!redacted.includes(KEY), 'a key got out');
    const progress: number[] = [];
    const options = { onprogress: ({ progress: at }: { progress: number }) => void progress.push(at) };
    await client.callTool(tools.slow, undefined, options);
    must(progress.length >= 2, `progress ${progress}`);
    const refused = await post(ground, toolCall(tools.sum, { a: 1, b: 2 }), ground.token, transport.sessionId);
    must(refused.status === 403 && (await refused.text()).includes('notes:write'), `no step up: ${refused.status}`);
    await client.close();
    const more = await connected(ground, await sign(ground.keys, userClaims({ scope: `${read} ${write}` })));
    must((await said(more.client, tools.sum, { a: 1, b: 2 })).includes('3'), 'no sum');
    await more.client.close();
    return `${listed.length} tools; progress ${progress.join()}`;
  });
  const newer = rung('list and call: client of SDK v2', async (ground) => {
    const headers = { authorization: `Bearer ${ground.token}` };
    const client = new ClientV2({ name: 'v2', version: '1' });
    await client.connect(new TransportV2(new URL(ground.sidecar.url), { requestInit: { headers } }));
    const { tools: listed } = await client.listTools();
    must(!listed.some(({ name }) => name === tools.hidden), 'lists what no rule names');
    const result = await client.callTool({ name: tools.echo, arguments: { message: 'hello' } });
    must(JSON.stringify(result.content).includes('hello'), 'no echo');
    await client.close();
    return `${listed.length} tools`;
  });
  const session = rung('sessions: bound to the user, ended by DELETE', async (ground) => {
    const { client, transport } = await connected(ground, ground.token);
    const id = transport.sessionId;
    must(id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id), `the id is ${id}`);
    const other = await sign(ground.keys, userClaims({ sub: 'user-2' }));
    const stolen = await post(ground, toolCall(tools.echo, { message: 'x' }), other, id);
    must(stolen.status === 404, `another user is answered ${stolen.status}`);
    await transport.terminateSession();
    const ended = await post(ground, toolCall(tools.echo, { message: 'x' }), ground.token, id);
    must(ended.status === 404, `after DELETE it answers ${ended.status}`);
    await client.close();
    return 'unknown to others, gone on DELETE';
  });
  return [all, newer, ...(sessions ? [session] : [])];
}

async function connected({ sidecar }: Ground, token: string) {
  const client = new Client({ name: 'v1', version: '1' });
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(sidecar.url), { requestInit: { headers } });
  await client.connect(transport);
  return { client, transport };
}

async function said(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  return JSON.stringify((await client.callTool({ name, arguments: args })).content);
}

function post({ sidecar }: Ground, body: object, token: string, id?: string): Promise<Response> {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    authorization: `Bearer ${token}`,
    ...(id !== undefined && { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }),
  };
  return fetch(sidecar.url, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function rowsOf(program: Program, keys: Keys): Promise<Row[]> {
  const port = await freePort(PORT);
  const state = await startStateTable();
  const ends: (() => Promise<unknown>)[] = [() => state.stop()];
  const { tools, sessions } = program;
  let ground: Promise<Ground> | undefined;
  const begin = async (): Promise<Ground> => {
    const { command, args, env } = await program.command(port);
    const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' });
    const exit = once(child, 'close');
    ends.push(() => {
      child.kill('SIGKILL');
      return exit;
    });
    const upstream = `http://127.0.0.1:${port}/mcp`;
    await until(async () => (await statusOf(upstream)) !== 0, 20_000);
    const rules = [
      { tools: [tools.echo, tools.slow.name], scopes: ['notes:read'] },
      { tools: [tools.sum], scopes: ['notes:write'] },
    ];
    const policy = { ...CONFIG.policy, rules, ...(sessions && { sessions: { seconds: 3_600 } }) };
    const dependencies = { table: state.table };
    const sidecar = await startSidecar({ keys, upstream, config: { policy }, dependencies, timeoutMs: 20_000 });
    ends.push(() => sidecar.close());
    return { sidecar, keys, token: await sign(keys, userClaims()) };
  };
  const rows: Row[] = [];
  try {
    for (const rung of rungsOf(program, () => (ground ??= begin()))) rows.push(await climb(rung));
  } finally {
    for (const end of ends.reverse()) await end();
  }
  return rows;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { json: { type: 'boolean' }, 'skip-missing': { type: 'boolean' }, only: { type: 'string', default: '' } },
  });
  const keys = await makeKeys();
  const rows: Row[] = [];
  for (const program of PROGRAMS) {
    if (program.server.toLowerCase().includes(values.only.toLowerCase())) rows.push(...(await rowsOf(program, keys)));
  }
  console.log(values.json ? JSON.stringify(rows, null, 2) : `\n${rungTable(rows)}`);
  return rows.length > 0 && holds(rows, values['skip-missing'] ?? false) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
