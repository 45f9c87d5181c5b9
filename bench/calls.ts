/**
 * Runs in a process of its own: calls every subject in turn, round by round, so that what disturbs the machine
 * disturbs all of them alike. Its standard output is where audit lines go; results leave by message.
 */
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { Start } from './subjects/subject';

export interface CallsInput {
  readonly bundles: readonly { readonly name: string; readonly file: string }[];
  readonly tools: readonly number[];
  readonly resource: string;
  readonly token: string;
  readonly rounds: number;
  readonly callsPerRound: number;
}

export interface CallsRow {
  readonly name: string;
  readonly tools: number;
  readonly firstMs: number;
  readonly p50: number;
  readonly p99: number;
  readonly perSecond: number;
}

const WARM_UP_CALLS = 2_000;
const REVISION = '2026-07-28';

function requestOf({ resource, token }: CallsInput, id: number): Request {
  return new Request(resource, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      'mcp-protocol-version': REVISION,
      'mcp-method': 'tools/call',
      'mcp-name': 'tool_0',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: {
        name: 'tool_0',
        arguments: { a: id, b: 2, note: 'a short note that a client might send along' },
        _meta: {
          'io.modelcontextprotocol/protocolVersion': REVISION,
          'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
}

type Fetch = (request: Request) => Promise<Response>;

async function call(fetch: Fetch, input: CallsInput, id: number): Promise<number> {
  const request = requestOf(input, id);
  const started = performance.now();
  const response = await fetch(request);
  const text = await response.text();
  const elapsed = performance.now() - started;
  if (response.status !== 200 || !text.includes(`The sum is ${id + 2}`)) {
    throw new Error(`call ${id} was answered ${response.status} ${text}`);
  }
  return elapsed;
}

async function run(input: CallsInput): Promise<CallsRow[]> {
  const subjects: { name: string; tools: number; fetch: Fetch; firstMs: number; times: number[] }[] = [];
  for (const { name, file } of input.bundles) {
    const { start } = (await import(pathToFileURL(file).href)) as { start: Start };
    for (const tools of input.tools) {
      const fetch = start(tools);
      const firstMs = await call(fetch, input, 0);
      subjects.push({ name, tools, fetch, firstMs, times: [] });
    }
  }
  let id = 0;
  for (const { fetch } of subjects) for (let n = 0; n < WARM_UP_CALLS; n++) await call(fetch, input, ++id);
  for (let round = 0; round < input.rounds; round++) {
    // Each round starts with another subject: nobody is always the one after the collector ran.
    const order = subjects.map((_, index) => subjects[(index + round) % subjects.length]!);
    for (const { fetch, times } of order) {
      for (let n = 0; n < input.callsPerRound; n++) times.push(await call(fetch, input, ++id));
    }
  }
  return subjects.map(({ name, tools, firstMs, times }) => {
    const sorted = times.sort((a, b) => a - b);
    const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0) * 1000;
    const totalMs = sorted.reduce((sum, time) => sum + time, 0);
    return { name, tools, firstMs, p50: at(0.5), p99: at(0.99), perSecond: (sorted.length / totalMs) * 1000 };
  });
}

process.once('message', (input: CallsInput) => {
  run(input).then(
    (rows) => process.send?.({ rows }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  );
});
