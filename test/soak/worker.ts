/**
 * The process that is soaked: the guarded server behind `node:http` and in process. It makes the calls in process
 * itself, counts the audit records on their way to standard output, and looks at its own heap.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { isGuarded } from '../../lambda/serve/guarded';
import { addOutcomes, drive, noOutcomes, type Outcomes } from './drive';
import type { Sample } from './flat';
import { inProcess } from './in-process';
import { CROWD, KINDS } from './kinds';
import { soakServer } from './server';
import type { Tokens } from './world';

export interface StartOrder {
  readonly port: number;
  readonly resource: string;
  readonly tokens: Tokens;
  readonly leak: boolean;
}
export interface CallOrder {
  readonly calls: number;
  readonly seed: number;
}
export type Order = { readonly start: StartOrder } | { readonly call: CallOrder } | { readonly sample: number };
export type Reply =
  | { readonly outcomes: Outcomes }
  | { readonly sample: Sample; readonly records: number }
  | { readonly started: true }
  | { readonly fault: string };

const AT_ONCE = 16;
/** Until sockets that were closed are closed on this side too. */
const SETTLE_MS = 60;

declare const gc: (() => void) | undefined;

let records = 0;
const write = process.stdout.write;
process.stdout.write = ((chunk: string | Uint8Array) => {
  if (String(chunk).startsWith('{"type":"audit"')) records += 1;
  return true;
}) as typeof write;

async function sampled(calls: number): Promise<Sample> {
  // What a finalizer lets go is collected by the next collection.
  for (let turn = 0; turn < 3; turn++) {
    await delay(SETTLE_MS);
    gc?.();
  }
  const { heapUsed, rss } = process.memoryUsage();
  const handles: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  return { calls, heap: heapUsed, rss, handles };
}

async function start({ port, resource, tokens, leak }: StartOrder): Promise<(order: CallOrder) => Promise<Outcomes>> {
  const server = soakServer(leak);
  if (!isGuarded(server)) throw new Error('serve() returned something unguarded');
  await server.listen({ port });
  const streaming = inProcess(server.start({ streams: true }), resource);
  const buffered = inProcess(server.start({ streams: false }), resource);
  const whole = { tokens, seed: 1, atOnce: AT_ONCE, calls: tokens.crowd.length };
  // What the guard remembers of tokens and grants is full from the start; it would look like a slow leak.
  await drive({
    ...whole,
    kinds: KINDS.filter(({ name }) => name === CROWD).map((kind) => ({ kind, ask: streaming })),
  });
  records = 0;
  const kinds = KINDS.map((kind) => ({ kind, ask: kind.only === 'buffered' ? buffered : streaming }));
  return async (order) => {
    const outcomes = noOutcomes();
    addOutcomes(outcomes, await drive({ kinds, tokens, atOnce: AT_ONCE, ...order }));
    return outcomes;
  };
}

let call: ((order: CallOrder) => Promise<Outcomes>) | undefined;

async function obey(order: Order): Promise<Reply> {
  if ('start' in order) {
    if (gc === undefined) throw new Error('start this process with --expose-gc');
    call = await start(order.start);
    return { started: true };
  }
  if ('sample' in order) return { sample: await sampled(order.sample), records };
  if (call === undefined) throw new Error('not started');
  return { outcomes: await call(order.call) };
}

process.on('message', (order: Order) => {
  obey(order).then(
    (reply) => process.send?.(reply),
    (fault: unknown) => process.send?.({ fault: String(fault) }),
  );
});
process.on('disconnect', () => process.exit(0));
