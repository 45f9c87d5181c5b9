/** An app as `npm start` runs it: a process of its own, a folder of its own, ports nobody else uses. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditRecord } from '../../lambda/guard/audit';
import { type Deployment, readDeployment } from '../../local/deployment/deployment';
import type { StackFile } from '../../local/stack-file';
import { readAssembly } from '../../local/template/assembly';

export const ROOT = resolve(__dirname, '../..');

/** Ports a stack takes from the one it is given: API, token issuer, sign-in, further APIs and sign-ins. */
const PORTS = 6;
const LOG_PATIENCE_MS = 3000;
const UP = 'Running until Ctrl-C.';

export interface StackOptions {
  /** The first port; when another run has it, a higher one is taken. */
  readonly port: number;
  /** Another app than that of cdk.json. */
  readonly app?: string;
  /** What runs the server; else, for the app of cdk.json, the variable below, or what it does by itself. */
  readonly hosting?: string;
}

/** Runs the app of cdk.json with this hosting where a test does not say otherwise: `CDK_MCP_HOSTING=fargate npx jest test/e2e/…`. */
export const HOSTING = process.env.CDK_MCP_HOSTING;

/**
 * `CDK_MCP_ENDPOINT=rest` runs the suites of the notes example behind a REST API, in place of the HTTP API.
 * @default - http
 */
export const ENDPOINT = process.env.CDK_MCP_ENDPOINT === 'rest' ? 'rest' : 'http';

/** What clients ask for at sign-in: behind a REST API they cannot step up. */
export const INITIAL_SCOPES = ENDPOINT === 'rest' ? ['notes:read', 'notes:write'] : ['notes:read'];

/** The arguments that choose it. */
const ENDPOINT_ARGS = ENDPOINT === 'rest' ? ['--endpoint', 'rest'] : [];

/** A stack's description, and what tests alone need to know. */
export interface DescribedStack extends StackFile {
  /** The broker's app client in the pool, which every user token is issued to. */
  readonly upstreamClient: string;
}

export interface TestStack {
  readonly stack: DescribedStack;
  /** What the command has printed so far. */
  output(): string;
  /** The records so far; the last request's may still be on its way. */
  auditRecords(): AuditRecord[];
  /** The record of one request, by the error id it got; waits for it. */
  auditRecord(requestId: string): Promise<AuditRecord>;
  stop(): Promise<void>;
}

/** Starts a stack and waits until its demonstration is over; fails with what was printed when it does not come up. */
export async function startStack({ port, app, hosting = app ? undefined : HOSTING }: StackOptions): Promise<TestStack> {
  const dir = temporaryFolder();
  const command = runLocal([
    ...['--port', String(await freePort(port)), '--dir', dir],
    ...(app ? ['--app', app] : ENDPOINT_ARGS),
    ...(hosting ? ['--hosting', hosting] : []),
  ]);
  const stop = async () => {
    await command.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const stackFile = join(dir, 'stack.json');
  await command.until(UP).catch(async (error) => {
    await stop();
    throw error;
  });
  const file: StackFile = JSON.parse(readFileSync(stackFile, 'utf8'));
  const stack = describedWith(
    file,
    readDeployment(readAssembly(join(dir, 'cdk.out')), Number(new URL(file.mcpUrl).port)),
  );
  return {
    stack,
    stop,
    output: command.output,
    auditRecords: () => auditRecordsIn(stack.auditLog),
    auditRecord: (requestId) => auditRecordIn(stack.auditLog, requestId),
  };
}

/** The client is found by where it leads back to: machine clients lead nowhere. */
export function describedWith(stack: StackFile, { pools }: Deployment): DescribedStack {
  const pool = pools.find(({ issuer }) => issuer === stack.issuer);
  const client = pool?.clients.find(({ callbackUrls }) => callbackUrls.length > 0);
  if (client === undefined) throw new Error(`the pool of ${stack.mcpUrl} has no client that people sign in with`);
  return { ...stack, upstreamClient: client.clientId };
}

export interface LocalCommand {
  readonly pid: number;
  readonly exit: Promise<number | null>;
  output(): string;
  /** Resolves when a text was printed, rejects when the command ends before. */
  until(text: string): Promise<void>;
  /** Interrupts it, as Ctrl-C does. */
  stop(): Promise<void>;
}

/** `npm start -- <args>`, without npm between. */
export function runLocal(args: readonly string[]): LocalCommand {
  const child = spawn(process.execPath, ['--import', 'tsx', 'bin/local.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exit = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const printed = onOutput(child, (text) => {
    output += text;
  });
  return {
    pid: child.pid as number,
    exit,
    output: () => output,
    until: (text) =>
      new Promise((found, reject) => {
        printed(() => output.includes(text) && found());
        void exit.then((code) => reject(new Error(`ended with ${code} before it printed '${text}':\n${output}`)));
      }),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await exit;
    },
  };
}

function onOutput(child: ChildProcess, take: (text: string) => void): (listener: () => void) => void {
  const listeners: (() => void)[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      take(text);
      for (const listener of listeners) listener();
    });
  }
  return (listener) => {
    listeners.push(listener);
    listener();
  };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'cdk-mcp-e2e-'));
}

/** Audit records of a log, in their order. */
export function auditRecordsIn(path: string): AuditRecord[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AuditRecord);
}

/** Log lines come by way of another process, so a record is looked for until it is there. */
export async function auditRecordIn(path: string, requestId: string): Promise<AuditRecord> {
  for (const deadline = Date.now() + LOG_PATIENCE_MS; Date.now() < deadline; await sleep(20)) {
    const record = auditRecordsIn(path).find((one) => one.requestId === requestId);
    if (record !== undefined) return record;
  }
  throw new Error(`no audit record of request '${requestId}' in ${path}`);
}

/** The first of `PORTS` free ones in a row, `preferred` where it is free. */
export async function freePort(preferred: number): Promise<number> {
  for (let first = preferred; first < 60_000; first += 1000) {
    const row = Array.from({ length: PORTS }, (_, index) => first + index);
    if ((await Promise.all(row.map(isFree))).every(Boolean)) return first;
  }
  throw new Error(`no ${PORTS} free ports in a row from ${preferred} in steps of 1000`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((found) => {
    const server = createServer();
    server.once('error', () => found(false));
    server.listen(port, '127.0.0.1', () => server.close(() => found(true)));
  });
}
