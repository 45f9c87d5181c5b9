/** A foreign server that runs, the guard's container in front of it, and the wire between them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { type Answer, post as send } from '../../e2e/support/http';
import { CONFIG, type Keys, sign, userClaims } from '../../support/guard';
import { startSidecar, type TestSidecar } from '../../support/sidecar';
import { freePort } from '../../support/stack';
import { startStateTable } from '../../support/state-table';
import { statusOf } from '../../support/task';
import { until } from '../../support/until';
import type { Program } from './programs';
import { type Asked, watched } from './watched';

const PORT = 5290;
const UP_MS = 20_000;

export interface Ground {
  readonly sidecar: TestSidecar;
  readonly keys: Keys;
  /** Of a user who may read. */
  readonly token: string;
  /** What reached the server, of all so far. */
  readonly asked: readonly Asked[];
}

/** @param ends takes what is to be done afterwards, the last first; also of a start that fails. */
export async function groundOf(
  { command: commandOn, tools, sessions }: Program,
  keys: Keys,
  ends: (() => Promise<unknown>)[],
): Promise<Ground> {
  const port = await freePort(PORT);
  const { command, args, env } = await commandOn(port);
  const child = spawn(command, args, { env: { PATH: process.env.PATH, ...env }, stdio: 'ignore' });
  const exit = once(child, 'close');
  ends.push(() => {
    child.kill('SIGKILL');
    return exit;
  });
  await until(async () => (await statusOf(`http://127.0.0.1:${port}/mcp`)) !== 0, UP_MS);
  const wire = await watched(port);
  ends.push(() => wire.close());
  const state = await startStateTable();
  ends.push(() => state.stop());
  const rules = [
    { tools: [tools.echo, tools.slow.name], scopes: ['notes:read'] },
    { tools: [tools.sum], scopes: ['notes:write'] },
  ];
  const policy = { ...CONFIG.policy, rules, ...(sessions && { sessions: { seconds: 3_600 } }) };
  const dependencies = { table: state.table };
  const sidecar = await startSidecar({ keys, upstream: wire.url, config: { policy }, dependencies, timeoutMs: UP_MS });
  ends.push(() => sidecar.close());
  return { sidecar, keys, token: await sign(keys, userClaims()), asked: wire.asked };
}

/** With a client of SDK v1. */
export async function connected({ sidecar }: Ground, token: string) {
  const client = new Client({ name: 'v1', version: '1' });
  const headers = { authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL(sidecar.url), { requestInit: { headers } });
  await client.connect(transport);
  return { client, transport };
}

export async function said(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  return JSON.stringify((await client.callTool({ name, arguments: args })).content);
}

export interface Posted {
  readonly token?: string;
  /** The session's id. */
  readonly id?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function post({ sidecar }: Ground, body: string | object, { token, id, headers }: Posted): Promise<Answer> {
  const session = { 'mcp-session-id': id ?? '', 'mcp-protocol-version': '2025-11-25' };
  return send(sidecar.url, body, { token, headers: { ...(id !== undefined && session), ...headers } });
}
