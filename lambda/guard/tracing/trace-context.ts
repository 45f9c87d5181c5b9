/**
 * Where a call stands in a trace, as its two headers say it: `traceparent` and `tracestate`
 * (https://www.w3.org/TR/trace-context/), and `X-Amzn-Trace-Id`
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader). One trace id is 32
 * hexadecimal digits in the first and `1-8-24` of them in the second. What is malformed is as if it were not there.
 */

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits; undefined: the sender has no span of its own. */
  readonly spanId?: string;
  /** Undefined: the sender has not decided. */
  readonly sampled?: boolean;
  /** `tracestate`, which only its vendors read. */
  readonly state?: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x20-\x7e]{0,400})?$/;
const ROOT = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/i;
const SPAN = /^[0-9a-f]{16}$/i;
const NOTHING = /^0+$/;
const STATE_MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x21-\x2b\x2d-\x3c\x3e-\x7e][\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}$/;
const MAX_STATE = 512;
const MAX_MEMBERS = 32;

export function fromTraceparent(value: unknown, state?: unknown): TraceContext | undefined {
  const [, version = '', traceId = '', spanId = '', flags = '', more] =
    typeof value === 'string' ? (TRACEPARENT.exec(value) ?? []) : [];
  if (version === '' || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1, state: stateFrom(state) };
}

function stateFrom(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_STATE) return undefined;
  const members = value.split(',').map((member) => member.trim());
  return members.length <= MAX_MEMBERS && members.every((member) => STATE_MEMBER.test(member))
    ? members.join(',')
    : undefined;
}

export function fromXRay(value: string | null | undefined): TraceContext | undefined {
  if (typeof value !== 'string' || value.length > MAX_STATE) return undefined;
  const fields = new Map(value.split(';').map((field) => field.trim().split('=', 2) as [string, string]));
  const [, time, rest] = ROOT.exec(fields.get('Root') ?? '') ?? [];
  if (time === undefined || NOTHING.test(`${time}${rest}`)) return undefined;
  const parent = fields.get('Parent') ?? '';
  const decision = fields.get('Sampled');
  return {
    traceId: `${time}${rest}`.toLowerCase(),
    spanId: SPAN.test(parent) && !NOTHING.test(parent) ? parent.toLowerCase() : undefined,
    sampled: decision === '1' ? true : decision === '0' ? false : undefined,
  };
}

/** A trace id as X-Ray writes it, and all logs here. */
export function xrayId(traceId: string): string {
  return `1-${traceId.slice(0, 8)}-${traceId.slice(8)}`;
}

export function traceparentOf(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;
}

export function xrayHeaderOf(traceId: string, spanId: string, sampled: boolean): string {
  return `Root=${xrayId(traceId)};Parent=${spanId};Sampled=${sampled ? 1 : 0}`;
}
