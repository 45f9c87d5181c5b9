/** A piece of work in a trace, while it is done and afterwards. */
import { randomBytes } from 'node:crypto';
import type { TraceContext } from './trace-context';

export type Attributes = Record<string, string | number | boolean | undefined>;

/** As OpenTelemetry numbers them. */
export const SpanKind = { internal: 1, server: 2, client: 3 } as const;

/** What all spans of one part of a trace have in common; settled once the message that began it has been read. */
export interface Position {
  traceId: string;
  state?: string;
}

export interface Span {
  readonly position: Position;
  readonly spanId: string;
  /** Of another process: known by its id alone. */
  parentId?: string;
  name: string;
  readonly kind: (typeof SpanKind)[keyof typeof SpanKind];
  /** Milliseconds since the epoch, with fractions. */
  readonly start: number;
  end?: number;
  attributes: Attributes;
  failed?: boolean;
  link?: TraceContext;
}

/** Random ids, cut from one reservoir: asking the system for each would cost more than the rest of a span. */
let pool = Buffer.alloc(0);
let used = 0;

export type NewId = (bytes: 8 | 12) => string;

export function newId(bytes: 8 | 12): string {
  if (used + bytes > pool.length) {
    pool = randomBytes(1_024);
    used = 0;
  }
  used += bytes;
  return pool.toString('hex', used - bytes, used);
}

/** It begins with the time, which X-Ray wants to read there. */
export function newTraceId(now: number): string {
  return `${Math.floor(now / 1000)
    .toString(16)
    .padStart(8, '0')}${newId(12)}`;
}
