/**
 * Errors of the server, made anonymous. A tool that throws reaches the client with its message verbatim in
 * the SDK, passwords and paths included; here the wire gets a sentence and an id, and the log gets the rest.
 * What a tool says on purpose carries a mark (`toolError` in the runtime) and passes.
 */
import { isRecord, type Message } from './message';
import { refusalBody, unknownTarget, wireRefusal } from './refusal';
import { headerNameOf } from './target';

/** `_meta` key of a tool result whose error text is meant for the client; it is taken off on the way. */
export const PUBLIC_ERROR = 'cdk-mcp/public-error';

/** Written by the SDK before the tool runs: names the property that is wrong. */
const INPUT_ERROR = /^Input validation error: Invalid arguments for tool /;

/** Codes whose sentence the protocol defines, and whether their data belongs to the protocol too. */
const PROTOCOL_ERRORS: ReadonlyMap<number, { readonly message: string; readonly data: boolean }> = new Map([
  [-32700, { message: 'Parse error', data: false }],
  [-32600, { message: 'Invalid request', data: false }],
  [-32601, { message: 'Method not found', data: false }],
  [-32602, { message: 'Invalid params', data: false }],
  [-32002, { message: 'Resource not found', data: true }],
  [-32020, { message: 'Headers do not agree with the body', data: false }],
  [-32021, { message: 'A required client capability is missing', data: true }],
  [-32022, { message: 'Unsupported protocol version', data: true }],
  [-32042, { message: 'The client must open a URL', data: true }],
]);

export interface Sanitised {
  /** What goes on the wire. */
  readonly value: Record<string, unknown>;
  /** What went wrong inside, for the log; undefined: nothing did. */
  readonly fault?: unknown;
}

/** A JSON-RPC response that carries `error`. */
export function sanitiseError(
  response: Record<string, unknown>,
  asked: Message | undefined,
  errorId: string,
): Sanitised {
  const error = isRecord(response.error) ? response.error : {};
  const known = typeof error.code === 'number' ? PROTOCOL_ERRORS.get(error.code) : undefined;
  if (known === undefined) {
    return { value: internalError(response.id, errorId), fault: error };
  }
  if (error.code === -32602 && (asked?.method === 'tools/call' || asked?.method === 'prompts/get')) {
    const kind = asked.method === 'tools/call' ? 'tool' : 'prompt';
    const unknown = unknownTarget(kind, headerNameOf(asked) ?? '');
    if (error.message === unknown.message) return { value: parsed(refusalBody(unknown, asked.id, errorId)) };
  }
  const data = known.data && error.data !== undefined ? { data: error.data } : {};
  return { value: { ...response, error: { code: error.code, message: known.message, ...data } } };
}

/** A tool result with `isError`. */
export function sanitiseToolError(result: Record<string, unknown>, errorId: string): Sanitised {
  const meta = isRecord(result._meta) ? result._meta : {};
  if (meta[PUBLIC_ERROR] === true) {
    const { [PUBLIC_ERROR]: _mark, ...rest } = meta;
    const { _meta, ...others } = result;
    return { value: Object.keys(rest).length === 0 ? others : { ...others, _meta: rest } };
  }
  if (INPUT_ERROR.test(firstText(result))) return { value: result };
  const text = `The tool failed. Error id: ${errorId}`;
  const kept = result.resultType === undefined ? {} : { resultType: result.resultType };
  return { value: { ...kept, isError: true, content: [{ type: 'text', text }] }, fault: result.content };
}

export function internalError(id: unknown, errorId: string): Record<string, unknown> {
  const wire = wireRefusal({ reason: 'server_failed' }, { resourceMetadata: '' });
  return parsed(refusalBody(wire, typeof id === 'string' || typeof id === 'number' ? id : null, errorId));
}

function firstText(result: Record<string, unknown>): string {
  const first: unknown = Array.isArray(result.content) ? result.content[0] : undefined;
  return isRecord(first) && typeof first.text === 'string' ? first.text : '';
}

function parsed(body: string): Record<string, unknown> {
  return JSON.parse(body);
}
