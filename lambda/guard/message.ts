/** JSON-RPC 2.0 messages as the guard sees them: what it needs to decide, taken from the body alone. */
import { ok, type Result, refuse } from './result';

export type JsonRpcId = string | number;

export interface Message {
  readonly kind: 'request' | 'notification' | 'response';
  readonly id: JsonRpcId | null;
  /** Empty for a response. */
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Body {
  /** The value the messages were read from; the server is given this one and never the text again. */
  readonly parsed: unknown;
  readonly messages: readonly Message[];
  readonly batch: boolean;
  /** The text it was read from: for what a value cannot say of itself. */
  readonly source?: string;
}

/** Characters of an id; it comes back in the answer and stands in nothing else. */
const MAX_ID = 256;

export const LISTEN = 'subscriptions/listen';

const NONE: Readonly<Record<string, unknown>> = Object.freeze({});

/** Of a request that carries no message: GET and DELETE of a session. */
export const NO_BODY: Body = { parsed: undefined, messages: [], batch: false };

/** Reads the messages of a parsed body. */
export function messagesOf(parsed: unknown): Result<Body> {
  const batch = Array.isArray(parsed);
  const messages: Message[] = [];
  const ids = new Set<JsonRpcId>();
  for (const value of batch ? parsed : [parsed]) {
    const message = messageOf(value);
    if (message === undefined) return refuse({ reason: 'not_json_rpc' });
    // Two requests with one id could not be told apart in the answer, nor what may be shown in it.
    if (message.kind === 'request' && message.id !== null) {
      if (ids.has(message.id)) return refuse({ reason: 'not_json_rpc' });
      ids.add(message.id);
    }
    messages.push(message);
  }
  return ok({ parsed, messages, batch });
}

function messageOf(value: unknown): Message | undefined {
  if (!isRecord(value) || value.jsonrpc !== '2.0') return undefined;
  const { id, method, params } = value;
  if (method === undefined) {
    const answered = 'result' in value || 'error' in value;
    return answered && isId(id) ? { kind: 'response', id, method: '', params: NONE } : undefined;
  }
  if (typeof method !== 'string') return undefined;
  if (params !== undefined && !isRecord(params)) return undefined;
  if (id === undefined) return { kind: 'notification', id: null, method, params: params ?? NONE };
  return isId(id) ? { kind: 'request', id, method, params: params ?? NONE } : undefined;
}

/** A number that JSON cannot give back as it came would answer another request. */
function isId(id: unknown): id is JsonRpcId {
  return typeof id === 'string' ? id.length <= MAX_ID : Number.isSafeInteger(id);
}

/** A subscription of 2026-07-28: acknowledged at once, and open for as long as its client wants to hear of changes. */
export function isListen({ batch, messages: [message] }: Body): boolean {
  return !batch && message?.kind === 'request' && message.method === LISTEN;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
