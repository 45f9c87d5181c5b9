import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FunctionSpec } from '../../../local/deployment/functions';
import { FunctionHost } from '../../../local/functions/function-host';
import type { ResponseStream } from '../../../local/functions/invocation';

const codeDir = mkdtempSync(join(tmpdir(), 'bundle-'));
const hosts: FunctionHost[] = [];

afterAll(async () => {
  await Promise.all(hosts.map((one) => one.close()));
  rmSync(codeDir, { recursive: true });
});

/** A function whose handler streams. */
function host(body: string, timeoutMs = 5000, lines: string[] = []): FunctionHost {
  const file = `s${hosts.length}`;
  const source = `export const handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));`;
  writeFileSync(join(codeDir, `${file}.mjs`), source);
  const spec: FunctionSpec = {
    logicalId: 'Fn',
    name: 'stack-Fn',
    arn: 'arn:aws:lambda:eu-central-1:123456789012:function:stack-Fn',
    region: 'eu-central-1',
    runtime: 'nodejs24.x',
    handler: `${file}.handler`,
    codeDir,
    memoryMb: 256,
    timeoutMs,
    variables: {},
    logGroup: '/aws/lambda/x',
    logFormat: 'Text',
    traced: false,
  };
  const made = new FunctionHost(spec, { serviceEndpoints: {}, log: (line) => lines.push(line) });
  hosts.push(made);
  return made;
}

function begin(fn: FunctionHost) {
  let ended: ReturnType<FunctionHost['invoke']> | undefined;
  const stream = new Promise<ResponseStream>((resolve) => {
    ended = fn.invoke('{"n":1}', undefined, resolve);
  });
  return { stream, ended: ended as ReturnType<FunctionHost['invoke']> };
}

async function textOf(body: Readable): Promise<string> {
  let text = '';
  for await (const chunk of body) text += String(chunk);
  return text;
}

test('a streaming handler is heard while it works; the call ends when the stream does', async () => {
  const { stream, ended } = begin(host("stream.write('one '); await sleep(200); stream.write('two'); stream.end();"));
  const { body } = await stream;
  const begun = Date.now();
  const first = await new Promise((resolve) => body.once('data', (chunk) => resolve(String(chunk))));
  expect(first).toBe('one ');
  expect(await textOf(body)).toBe('two');
  expect(Date.now() - begun).toBeGreaterThan(150);
  expect((await ended).kind).toBe('response');
});

test('metadata goes before the body, behind it eight zero bytes', async () => {
  const { stream } = begin(
    host("const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201 }); out.write('x'); out.end();"),
  );
  const { contentType, body } = await stream;
  expect(contentType).toBe('application/vnd.awslambda.http-integration-response');
  expect(await textOf(body)).toBe('{"statusCode":201}\0\0\0\0\0\0\0\0x');
});

test('without anybody who wants the stream the whole response is collected', async () => {
  const result = await host("stream.write('a'); await sleep(50); stream.write('b'); stream.end();").invoke('{}');
  expect(result).toEqual({ kind: 'response', payload: Buffer.from('ab') });
});

test('a handler that fails after it began breaks its stream off', async () => {
  const { stream, ended } = begin(host("stream.write('half'); await sleep(100); throw new TypeError('no');"));
  await expect(textOf((await stream).body)).rejects.toThrow('the function failed');
  expect(await ended).toMatchObject({ kind: 'error', errorType: 'TypeError', errorMessage: 'no' });
});

test('the timeout ends a stream, too', async () => {
  const { stream, ended } = begin(host("stream.write('half'); await sleep(60000);", 600));
  await expect(textOf((await stream).body)).rejects.toThrow('Sandbox.Timedout');
  expect(await ended).toMatchObject({ kind: 'error', errorType: 'Sandbox.Timedout' });
});

test('a reader that goes away does not stop the function, and the process takes the next call', async () => {
  const lines: string[] = [];
  const fn = host(
    "for (let n = 0; n < 50; n++) { stream.write('x'.repeat(65536)); } stream.end(); console.log('finished', process.pid);",
    5000,
    lines,
  );
  for (let call = 1; call <= 2; call++) {
    const { stream, ended } = begin(fn);
    (await stream).body.destroy();
    expect((await ended).kind).toBe('response');
  }
  const done = lines.filter((line) => line.includes('finished'));
  expect(done).toHaveLength(2);
  expect(new Set(done.map((line) => line.split('finished')[1])).size).toBe(1);
});
