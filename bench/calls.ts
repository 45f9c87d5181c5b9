/**
 * Runs in a process of its own: calls every subject in turn, round by round, so that what disturbs the machine
 * disturbs all of them alike. Its standard output is where audit lines go; results leave by message.
 */
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { type RequestFacts, requestOf } from './request';
import type { Era, Fetch, Subject } from './subjects/subject';

export interface CallsInput extends RequestFacts {
  readonly bundles: readonly { readonly name: string; readonly file: string; readonly eras?: readonly Era[] }[];
  readonly tools: readonly number[];
  readonly rounds: number;
  /** Milliseconds that a subject has in each round. */
  readonly turnMs: number;
}

export interface CallsRow {
  readonly name: string;
  readonly era: Era;
  readonly tools: number;
  /** Whether it refuses the same call without a token. */
  readonly authenticates: boolean;
  readonly calls: number;
  readonly firstMs: number;
  readonly p50: number;
  readonly p95: number;
  /** Calls for each second of processor time, threads included: what else runs on the machine does not count. */
  readonly perSecond: number;
}

export interface CallsResult {
  readonly rows: readonly CallsRow[];
  readonly failed: readonly { readonly name: string; readonly why: string }[];
}

const WARM_UP_CALLS = 2_000;
const WARM_UP_MS = 1_200;
const MIN_CALLS = 5;
/** Calls between two looks at the clock of the processor. */
const BATCH = 5;

interface Runner {
  readonly name: string;
  readonly era: Era;
  readonly tools: number;
  readonly fetch: Fetch;
  readonly authenticates: boolean;
  readonly firstMs: number;
  readonly times: number[];
  readonly cpu: { calls: number; seconds: number };
}

async function call(fetch: Fetch, input: CallsInput, era: Era, id: number): Promise<number> {
  return answer(fetch, requestOf(input, era, id), id);
}

async function answer(fetch: Fetch, request: Request, id: number): Promise<number> {
  const started = performance.now();
  const response = await fetch(request);
  const text = await response.text();
  const elapsed = performance.now() - started;
  if (response.status !== 200 || !text.includes(`The sum is ${id + 2}`)) {
    throw new Error(`call ${id} was answered ${response.status} ${text.slice(0, 300)}`);
  }
  return elapsed;
}

async function runners(input: CallsInput): Promise<{ ready: Runner[]; failed: { name: string; why: string }[] }> {
  const ready: Runner[] = [];
  const failed: { name: string; why: string }[] = [];
  for (const { name, file, eras } of input.bundles) {
    try {
      const { start, era = 'modern' } = (await import(pathToFileURL(file).href)) as Subject;
      for (const spoken of eras ?? [era]) {
        for (const tools of input.tools) {
          const fetch = await start(tools);
          const firstMs = await call(fetch, input, spoken, 0);
          const anonymous = await fetch(requestOf({ ...input, token: undefined }, spoken, 0));
          await anonymous.text();
          const authenticates = anonymous.status === 401;
          ready.push({
            name,
            era: spoken,
            tools,
            fetch,
            authenticates,
            firstMs,
            times: [],
            cpu: { calls: 0, seconds: 0 },
          });
        }
      }
    } catch (fault) {
      failed.push({ name, why: String(fault).slice(0, 300) });
    }
  }
  return { ready, failed };
}

async function run(input: CallsInput): Promise<CallsResult> {
  const { ready, failed } = await runners(input);
  let id = 0;
  for (const { fetch, era } of ready) {
    const until = performance.now() + WARM_UP_MS;
    for (let n = 0; n < WARM_UP_CALLS && performance.now() < until; n++) await call(fetch, input, era, ++id);
  }
  for (let round = 0; round < input.rounds; round++) {
    // Each round starts with another subject: nobody is always the one after the collector ran.
    const order = ready.map((_, index) => ready[(index + round) % ready.length]!);
    for (const { fetch, era, times, cpu } of order) {
      const until = performance.now() + input.turnMs;
      while (times.length < MIN_CALLS || performance.now() < until) {
        const requests = Array.from({ length: BATCH }, () => ({ id: ++id, request: requestOf(input, era, id) }));
        const before = process.cpuUsage();
        for (const { id: sum, request } of requests) times.push(await answer(fetch, request, sum));
        const { user, system } = process.cpuUsage(before);
        cpu.calls += BATCH;
        cpu.seconds += (user + system) / 1e6;
      }
    }
  }
  return { rows: ready.map(rowOf), failed };
}

function rowOf({ name, era, tools, authenticates, firstMs, times, cpu }: Runner): CallsRow {
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0) * 1000;
  const perSecond = cpu.calls / cpu.seconds;
  return { name, era, tools, authenticates, calls: sorted.length, firstMs, p50: at(0.5), p95: at(0.95), perSecond };
}

process.once('message', (input: CallsInput) => {
  run(input).then(
    (result) => process.send?.({ result }, () => process.exit(0)),
    (error: unknown) => process.send?.({ error: String(error) }, () => process.exit(1)),
  );
});
