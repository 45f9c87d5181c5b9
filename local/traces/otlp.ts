/**
 * Reads spans of OTLP in Protocol Buffers
 * (https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto).
 */
export interface ReadSpan {
  readonly service: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId?: string;
  readonly state?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'unspecified';
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly failed: boolean;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

type Field = { readonly number: number; readonly value: bigint | Buffer };

/** Spans of one `ExportTraceServiceRequest`. */
export function readSpans(request: Buffer): ReadSpan[] {
  return all(request, 1).flatMap((resourceSpans) => {
    const service = attributesOf(all(resourceSpans, 1).flatMap((resource) => all(resource, 1)))['service.name'];
    const spans = all(resourceSpans, 2).flatMap((scopeSpans) => all(scopeSpans, 2));
    return spans.map((span) => readSpan(span, String(service)));
  });
}

function readSpan(span: Buffer, service: string): ReadSpan {
  const fields = read(span);
  const one = (number: number) => fields.find((field) => field.number === number)?.value;
  const id = (number: number) => (one(number) as Buffer | undefined)?.toString('hex');
  const [start, end] = [one(7) as bigint, one(8) as bigint];
  const status = one(15) as Buffer | undefined;
  return {
    service,
    traceId: id(1) ?? '',
    spanId: id(2) ?? '',
    parentId: id(4),
    state: one(3)?.toString(),
    name: String(one(5)),
    kind: (['unspecified', 'internal', 'server', 'client'] as const)[Number(one(6))] ?? 'unspecified',
    start: Number(start / 1_000n) / 1_000,
    durationMs: Number(end - start) / 1e6,
    attributes: attributesOf(all(span, 9)),
    failed: status !== undefined && read(status).some(({ number, value }) => number === 3 && value === 2n),
    links: all(span, 13).map((link) => {
      const [traceId, spanId] = [1, 2].map((number) => all(link, number)[0]?.toString('hex') ?? '');
      return { traceId: traceId as string, spanId: spanId as string };
    }),
  };
}

function attributesOf(pairs: readonly Buffer[]): Record<string, string | number | boolean> {
  return Object.fromEntries(pairs.map((pair) => [String(all(pair, 1)[0]), anyValue(all(pair, 2)[0] as Buffer)]));
}

function anyValue(any: Buffer): string | number | boolean {
  const [field] = read(any);
  if (field?.number === 1) return String(field.value);
  return field?.number === 2 ? field.value === 1n : Number(field?.value);
}

function all(message: Buffer, number: number): Buffer[] {
  return read(message).flatMap((field) => (field.number === number ? [field.value as Buffer] : []));
}

/** @throws for what is no message of this format. */
function read(message: Buffer): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const [number, wire] = [key >> 3, key & 7];
    if (wire === 0) fields.push({ number, value: varint() });
    else if (wire === 1) {
      fields.push({ number, value: message.readBigUInt64LE(at) });
      at += 8;
    } else if (wire === 5) {
      fields.push({ number, value: BigInt(message.readUInt32LE(at)) });
      at += 4;
    } else if (wire === 2) {
      const length = Number(varint());
      fields.push({ number, value: message.subarray(at, at + length) });
      at += length;
    } else throw new Error(`wire type ${wire} is not of OTLP`);
  }
  return fields;
}
