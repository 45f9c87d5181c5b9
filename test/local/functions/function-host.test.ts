import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionSpec } from '../../../local/deployment/functions';
import { FunctionHost } from '../../../local/functions/function-host';
import type { InvokeResult } from '../../../local/functions/invocation';
import type { Preload } from '../../../local/functions/preload';

const codeDir = mkdtempSync(join(tmpdir(), 'bundle-'));
const hosts: FunctionHost[] = [];

function host(
  source: string,
  override: Partial<FunctionSpec> = {},
  lines: string[] = [],
  preload?: Preload,
): FunctionHost {
  const file = `f${hosts.length}`;
  writeFileSync(join(codeDir, `${file}.mjs`), source);
  const spec: FunctionSpec = {
    logicalId: 'Fn',
    name: 'stack-Fn-123',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:stack-Fn-123',
    region: 'eu-central-1',
    runtime: 'nodejs24.x',
    handler: `${file}.handler`,
    codeDir,
    memoryMb: 256,
    timeoutMs: 5000,
    variables: { GREETING: 'hello' },
    logGroup: '/aws/lambda/x',
    logFormat: 'Text',
    traced: true,
    ...override,
  };
  const made = new FunctionHost(spec, {
    serviceEndpoints: { DYNAMODB: 'http://127.0.0.1:1' },
    preload,
    log: (line) => lines.push(line),
  });
  hosts.push(made);
  return made;
}

function json(result: InvokeResult): unknown {
  if (result.kind !== 'response') throw new Error(JSON.stringify(result));
  return JSON.parse(result.payload.toString());
}

afterAll(async () => {
  await Promise.all(hosts.map((one) => one.close()));
  rmSync(codeDir, { recursive: true });
});

test('runs the bundle under the runtime client and keeps its process warm', async () => {
  const fn = host(
    'let calls = 0; export const handler = async (event) => ({ ...event, calls: ++calls, pid: process.pid });',
  );
  const first = json(await fn.invoke('{"a":1}')) as { pid: number };
  expect(first).toMatchObject({ a: 1, calls: 1 });
  expect(json(await fn.invoke('{"a":2}'))).toEqual({ a: 2, calls: 2, pid: first.pid });
});

test('gives the process the template variables, what Lambda sets and the service endpoints, and nothing of the shell', async () => {
  process.env.SHELL_SECRET = 'leaked';
  const environment = json(await host('export const handler = async () => process.env;').invoke('{}'));
  expect(Object.keys(environment as object).sort()).toEqual([
    'AWS_ACCESS_KEY_ID',
    'AWS_DEFAULT_REGION',
    'AWS_ENDPOINT_URL_DYNAMODB',
    'AWS_EXECUTION_ENV',
    'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
    'AWS_LAMBDA_FUNCTION_NAME',
    'AWS_LAMBDA_FUNCTION_VERSION',
    'AWS_LAMBDA_INITIALIZATION_TYPE',
    'AWS_LAMBDA_LOG_FORMAT',
    'AWS_LAMBDA_LOG_GROUP_NAME',
    'AWS_LAMBDA_LOG_STREAM_NAME',
    'AWS_LAMBDA_RUNTIME_API',
    'AWS_REGION',
    'AWS_SECRET_ACCESS_KEY',
    'AWS_SESSION_TOKEN',
    'GREETING',
    'LAMBDA_TASK_ROOT',
    'LANG',
    'PATH',
    'TZ',
    '_HANDLER',
    '_X_AMZN_TRACE_ID',
  ]);
  expect(environment).toMatchObject({ GREETING: 'hello', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' });
});

test('loads a test module before the function where one is given, with its variables', async () => {
  const file = join(codeDir, 'pre load.cjs');
  writeFileSync(file, 'globalThis.preloaded = process.env.TEST_HOST;');
  const source = 'const seen = globalThis.preloaded; export const handler = async () => ({ seen });';
  const preload = { file, variables: { TEST_HOST: 'client.example.com' } };
  expect(json(await host(source, {}, [], preload).invoke('{}'))).toEqual({ seen: 'client.example.com' });
  expect(json(await host(source).invoke('{}'))).toEqual({});
});

test('gives the handler its context', async () => {
  const fn = host(
    'export const handler = async (_, c) => ({ arn: c.invokedFunctionArn, memory: c.memoryLimitInMB, left: c.getRemainingTimeInMillis(), trace: c.xRayTraceId });',
  );
  const context = json(await fn.invoke('{}', '1-aa-bb')) as { left: number };
  expect(context).toMatchObject({
    arn: fn.spec.arn,
    memory: '256',
    trace: expect.stringMatching(/^Root=1-aa-bb;Parent=\w{16};Sampled=1$/),
  });
  expect(context.left).toBeGreaterThan(4000);
  expect(context.left).toBeLessThanOrEqual(5000);
});

test('reports a thrown error and goes on with the same process', async () => {
  const fn = host(
    'export const handler = async (e) => { if (e.bad) throw new RangeError("too bad"); return process.pid; };',
  );
  const pid = json(await fn.invoke('{}'));
  expect(await fn.invoke('{"bad":true}')).toEqual({ kind: 'error', errorType: 'RangeError', errorMessage: 'too bad' });
  expect(json(await fn.invoke('{}'))).toBe(pid);
});

test('kills a process that works longer than the timeout, and starts another for the next call', async () => {
  const fn = host(
    'export const handler = async (e) => (e.slow ? new Promise(() => setInterval(() => {}, 9)) : process.pid);',
    {
      timeoutMs: 600,
    },
  );
  const pid = json(await fn.invoke('{}')) as number;
  const result = await fn.invoke('{"slow":true}');
  expect(result).toMatchObject({ kind: 'error', errorType: 'Sandbox.Timedout' });
  expect(JSON.stringify(result)).toContain('Task timed out after 0.60 seconds');
  expect(json(await fn.invoke('{}'))).not.toBe(pid);
  expect(() => process.kill(pid, 0)).toThrow();
});

test('reports a process that exits during a call, and starts another for the next one', async () => {
  const fn = host('export const handler = async (e) => { if (e.exit) process.exit(3); return 1; };');
  expect(await fn.invoke('{"exit":true}')).toMatchObject({
    kind: 'error',
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringContaining('exit status 3'),
  });
  expect(json(await fn.invoke('{}'))).toBe(1);
});

test('reports what the module throws while it loads', async () => {
  const lines: string[] = [];
  const fn = host('throw new Error("MCP_CONTRACT is not set"); export const handler = async () => 1;', {}, lines);
  expect(await fn.invoke('{}')).toEqual({ kind: 'error', errorType: 'Error', errorMessage: 'MCP_CONTRACT is not set' });
  expect(lines.join('\n')).toContain('MCP_CONTRACT is not set');
});

test('reports a handler that does not exist', async () => {
  const fn = host('export const other = 1;');
  expect(await fn.invoke('{}')).toMatchObject({ kind: 'error', errorType: 'Runtime.HandlerNotFound' });
});

test('one process has one call at a time: overlapping calls get processes up to the reserved concurrency', async () => {
  const fn = host('export const handler = () => new Promise((done) => setTimeout(() => done(process.pid), 500));', {
    reservedConcurrency: 2,
  });
  const results = await Promise.all([fn.invoke('{}'), fn.invoke('{}'), fn.invoke('{}')]);
  expect(results.filter((result) => result.kind === 'throttled')).toHaveLength(1);
  expect(new Set(results.filter((result) => result.kind === 'response').map(json)).size).toBe(2);
  expect((await fn.invoke('{}')).kind).toBe('response');
});

test('a reserved concurrency of 0 switches the function off', async () => {
  expect(await host('export const handler = async () => 1;', { reservedConcurrency: 0 }).invoke('{}')).toEqual({
    kind: 'throttled',
  });
});

test('refuses a payload over six megabytes and a response over six megabytes', async () => {
  const fn = host('export const handler = async () => "x".repeat(7_000_000);');
  expect(await fn.invoke(JSON.stringify('x'.repeat(7_000_000)))).toMatchObject({
    errorType: 'RequestTooLargeException',
  });
  expect(await fn.invoke('{}')).toMatchObject({ kind: 'error', errorType: 'Function.ResponseSizeTooLarge' });
});

test('standard output arrives line by line in the log', async () => {
  const lines: string[] = [];
  const fn = host('export const handler = async () => { process.stdout.write("one\\ntwo\\n"); return 1; };', {}, lines);
  await fn.invoke('{}');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(lines).toEqual(['one', 'two']);
});

test('closing ends the processes', async () => {
  const fn = host('export const handler = async () => process.pid;');
  const pid = json(await fn.invoke('{}')) as number;
  await fn.close();
  expect(() => process.kill(pid, 0)).toThrow();
  expect(await fn.invoke('{}')).toEqual({ kind: 'throttled' });
});
