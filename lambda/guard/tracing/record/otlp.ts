/**
 * Spans as OTLP has them, in Protocol Buffers
 * (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto). Written out
 * here, because a library for the whole format would weigh more than the guard.
 */
import type { Attributes, Span } from '../span';

/** Of the status of a span. */
const ERROR = 2;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const SAMPLED = 1;

/** A batch of spans of one resource. */
export function traceRequest(resource: Attributes, spans: readonly Buffer[]): Buffer {
  const scope = bytes(1, text(1, 'cdk-mcp'));
  const scoped = bytes(2, join([scope, ...spans.map((span) => bytes(2, span))]));
  return bytes(1, join([bytes(1, attributes(1, resource)), scoped]));
}

export function spanMessage(span: Span): Buffer {
  const { position, parentId, link, end = span.start } = span;
  return join([
    hex(1, position.traceId),
    hex(2, span.spanId),
    position.state === undefined ? EMPTY : text(3, position.state),
    parentId === undefined ? EMPTY : hex(4, parentId),
    text(5, span.name),
    number(6, span.kind),
    time(7, span.start),
    time(8, Math.max(end, span.start)),
    attributes(9, span.attributes),
    link === undefined ? EMPTY : bytes(13, join([hex(1, link.traceId), hex(2, link.spanId ?? '')])),
    span.failed === true ? bytes(15, number(3, ERROR)) : EMPTY,
    fixed32(16, SAMPLED | HAS_IS_REMOTE | (span.kind === 2 && parentId !== undefined ? IS_REMOTE : 0)),
  ]);
}

const EMPTY = Buffer.alloc(0);

function attributes(field: number, values: Attributes): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) parts.push(bytes(field, join([text(1, key), bytes(2, anyValue(value))])));
  }
  return join(parts);
}

function anyValue(value: string | number | boolean): Buffer {
  if (typeof value === 'string') return text(1, value);
  if (typeof value === 'boolean') return number(2, value ? 1 : 0);
  return number(3, value);
}

function bytes(field: number, content: Buffer): Buffer {
  return join([varint(field * 8 + 2), varint(content.length), content]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function hex(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value, 'hex'));
}

/** Whole and not negative. */
function number(field: number, value: number): Buffer {
  return join([varint(field * 8), varint(value)]);
}

/** Nanoseconds since the epoch, from milliseconds. */
function time(field: number, ms: number): Buffer {
  const whole = Math.floor(ms);
  const content = Buffer.alloc(8);
  content.writeBigUInt64LE(BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6)));
  return join([varint(field * 8 + 1), content]);
}

function fixed32(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt32LE(value);
  return join([varint(field * 8 + 5), content]);
}

function varint(value: number): Buffer {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) digits.push((rest % 128) + 128);
  digits.push(rest);
  return Buffer.from(digits);
}

function join(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts as Buffer[]);
}
