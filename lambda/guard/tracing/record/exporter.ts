/**
 * Takes finished spans out of the process, after the answer: a call never waits for it and never fails by it. What does
 * not fit is dropped and counted.
 */

import type { Attributes, Span } from '../span';
import { spanMessage, traceRequest } from './otlp';

export type Export = (spans: readonly Span[]) => void;

/** Takes one batch; rejects when it could not be handed over. */
export type Send = (batch: Buffer) => Promise<void>;

export interface Sink {
  readonly send: Send;
  /** Bytes of one batch. */
  readonly batchBytes: number;
  /** Milliseconds that spans are gathered; undefined: not at all. */
  readonly gatherMs?: number;
}

/** Spans that wait. */
const MAX_WAITING = 2_048;
/** Batches that are on their way. */
const MAX_SENDING = 4;
/** What is dropped is said no more often than this, in milliseconds. */
const SAY_EVERY_MS = 60_000;

export function exporterTo(
  { send, batchBytes, gatherMs }: Sink,
  resource: Attributes,
  say: (fault: string) => void,
): Export {
  let waiting: Span[] = [];
  let scheduled = false;
  let sending = 0;
  let dropped = 0;
  let why: unknown = 'the queue is full';
  let said = Number.NEGATIVE_INFINITY;

  function drop(count: number, reason?: unknown): void {
    dropped += count;
    why = reason ?? why;
    if (performance.now() - said < SAY_EVERY_MS) return;
    said = performance.now();
    say(`${dropped} spans were dropped: ${why}`);
    dropped = 0;
  }

  function flush(): void {
    scheduled = false;
    const spans = waiting;
    waiting = [];
    let batch: Buffer[] = [];
    let bytes = 0;
    const part = () => {
      if (batch.length > 0) hand(batch);
      batch = [];
      bytes = 0;
    };
    for (const span of spans) {
      const message = spanMessage(span);
      if (message.length > batchBytes) {
        drop(1, 'it is too large');
        continue;
      }
      if (bytes + message.length > batchBytes) part();
      batch.push(message);
      bytes += message.length + 8;
    }
    part();
  }

  function hand(batch: readonly Buffer[]): void {
    if (sending >= MAX_SENDING) {
      drop(batch.length, 'earlier ones are still on their way');
      return;
    }
    sending += 1;
    send(traceRequest(resource, batch))
      .catch((fault) => drop(batch.length, fault))
      .finally(() => {
        sending -= 1;
      });
  }

  return (spans) => {
    const room = MAX_WAITING - waiting.length;
    if (spans.length > room) drop(spans.length - room);
    waiting.push(...spans.slice(0, room));
    if (scheduled) return;
    scheduled = true;
    if (gatherMs === undefined) flush();
    else setTimeout(flush, gatherMs).unref();
  };
}
