/** Bounds on what a request may be, before anything is done with it. */
import { type Body, messagesOf } from './message';
import { ok, type Result, refuse } from './result';

export interface Limits {
  /** Bytes of a request body. */
  readonly bodyBytes: number;
  /** Nesting of arrays and objects in a request body. */
  readonly depth: number;
  /** Messages in one batch. */
  readonly batch: number;
  /** Bytes of one response message. */
  readonly responseBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 1024 * 1024,
  depth: 64,
  batch: 20,
  // A Lambda answers at most 6 MB, its base64 and envelope included.
  responseBytes: 4 * 1024 * 1024,
};

/** Method and headers. The server speaks JSON by POST only: no GET stream, no session to DELETE. */
export function admitHead(method: string, headers: Headers, limits: Limits): Result<void> {
  if (method !== 'POST') return refuse({ reason: 'method_not_allowed' });
  if (!isJson(headers.get('content-type')) || headers.has('content-encoding')) {
    return refuse({ reason: 'unsupported_media_type' });
  }
  const length = headers.get('content-length');
  if (length !== null && !(Number(length) <= limits.bodyBytes)) return refuse({ reason: 'body_too_large' });
  return ok(undefined);
}

/** The body's text: its bytes, its nesting, the number of messages. */
export function admitBody(text: string, limits: Limits): Result<Body> {
  if (text.length > limits.bodyBytes || Buffer.byteLength(text) > limits.bodyBytes) {
    return refuse({ reason: 'body_too_large' });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return refuse({ reason: 'not_json' });
  }
  if (!withinDepth(parsed, limits.depth)) return refuse({ reason: 'too_deep' });
  if (Array.isArray(parsed) && (parsed.length === 0 || parsed.length > limits.batch)) {
    return refuse({ reason: 'batch_size' });
  }
  const body = messagesOf(parsed);
  return body.ok ? ok({ ...body.value, source: text }) : body;
}

function isJson(contentType: string | null): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

function withinDepth(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (depth === 0) return false;
  for (const key in value) {
    if (!withinDepth((value as Record<string, unknown>)[key], depth - 1)) return false;
  }
  return true;
}
