import type { Readable } from 'node:stream';

/** What goes back to the client. */
export interface RestResponse {
  readonly status: number;
  /** Names and values, a name may come more than once. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer | Readable;
}

/** Hop-by-hop, or set anew for the body that is sent. */
const DROPPED = ['content-length', 'keep-alive', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'proxy-authenticate'];

/** Names a backend may not answer with: clients see them behind `x-amzn-Remapped-`. */
const REMAPPED = [
  'authorization',
  'connection',
  'content-md5',
  'date',
  'host',
  'max-forwards',
  'server',
  'user-agent',
  'www-authenticate',
];

/** A backend's headers as they leave a REST API. */
export function passedOn(headers: readonly (readonly [string, string])[]): [string, string][] {
  return headers
    .filter(([name]) => !DROPPED.includes(name.toLowerCase()))
    .map(([name, value]) => [REMAPPED.includes(name.toLowerCase()) ? `x-amzn-Remapped-${name}` : name, value]);
}

/** Status and headers of a Lambda proxy response, or of the beginning of a streamed one. */
export interface ProxyHead {
  readonly status: number;
  readonly headers: [string, string][];
}

/** Undefined when it is no such thing: then API Gateway answers 502. */
export function proxyHead(value: unknown): ProxyHead | undefined {
  if (!isRecord(value)) return undefined;
  const { statusCode, headers, multiValueHeaders, cookies } = value;
  const status = Number(statusCode ?? Number.NaN);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const single = entriesOf(headers);
  const multi = entriesOf(multiValueHeaders);
  if (!single?.every(([, one]) => isScalar(one))) return undefined;
  if (!multi?.every(([, many]) => Array.isArray(many) && many.every(isScalar))) return undefined;
  // `cookies` belongs to the metadata of streams alone; anything else of that name is not looked at.
  const set = Array.isArray(cookies) ? cookies.map((cookie): [string, string] => ['set-cookie', String(cookie)]) : [];
  const several = multi.flatMap(([name, many]) =>
    (many as unknown[]).map((one): [string, string] => [name, String(one)]),
  );
  // A name in both appears once, with what the list says.
  const once = single
    .filter(([name]) => !multi.some(([other]) => other.toLowerCase() === name.toLowerCase()))
    .map(([name, one]): [string, string] => [name, String(one)]);
  return { status, headers: [...once, ...several, ...set] };
}

/** A buffered function's result (payload format 1.0). */
export function fromProxyResult(payload: Buffer, binary: boolean): RestResponse | undefined {
  const value = parse(payload);
  const head = proxyHead(isRecord(value) ? { ...value, cookies: undefined } : value);
  if (!head || !isRecord(value)) return undefined;
  const { body = '', isBase64Encoded } = value;
  if (body !== null && typeof body !== 'string') return undefined;
  return {
    status: head.status,
    headers: withType(passedOn(head.headers)),
    body: Buffer.from(body ?? '', isBase64Encoded === true && binary ? 'base64' : 'utf8'),
  };
}

/** API Gateway names a type where the backend does not. */
export function withType(headers: [string, string][]): [string, string][] {
  const named = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return named ? headers : [...headers, ['Content-Type', 'application/json']];
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (value === undefined || value === null) return [];
  return isRecord(value) ? Object.entries(value) : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

export function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'));
  } catch {
    return undefined;
  }
}
