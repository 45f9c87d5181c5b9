/**
 * Errors of the server, made anonymous. A tool that throws reaches the client with its message verbatim in
 * the SDK, passwords and paths included; here the wire gets a sentence and an id, and the log gets the rest.
 * What a tool says on purpose carries a mark (`toolError` in the runtime) and passes.
 */

import { isModern } from './era';
import { isRecord, type Message } from './message';
import { errorData } from './outputs/error-data';
import { refusalBody, unknownTarget, type WireRefusal, wireRefusal } from './refusal';
import { headerNameOf } from './target';

/** `_meta` key of a tool result whose error text is meant for the client; it is taken off on the way. */
export const PUBLIC_ERROR = 'cdk-mcp/public-error';

/** Written by the SDK before the tool runs: names the property that is wrong. */
const INPUT_ERROR = 'Input validation error: Invalid arguments for tool ';
const INPUT_ERROR_LENGTH = 2_000;

/** Codes whose sentence the protocol defines. */
const PROTOCOL_ERRORS: ReadonlyMap<number, string> = new Map([
  [-32700, 'Parse error'],
  [-32600, 'Invalid request'],
  [-32601, 'Method not found'],
  [-32602, 'Invalid params'],
  [-32002, 'Resource not found'],
  [-32020, 'Headers do not agree with the body'],
  [-32021, 'A required client capability is missing'],
  [-32022, 'Unsupported protocol version'],
  [-32042, 'The client must open a URL'],
]);

/** A resource that is not there, by revision of the protocol. */
const NOT_FOUND: ReadonlySet<unknown> = new Set([-32002, -32602]);

export interface Sanitised {
  /** What goes on the wire. */
  readonly value: Record<string, unknown>;
  /** What went wrong inside, for the log; undefined: nothing did, and the error is an answer. */
  readonly fault?: unknown;
}

/** A JSON-RPC response that carries `error`. */
export function sanitiseError(
  response: Record<string, unknown>,
  asked: Message | undefined,
  errorId: string,
): Sanitised {
  const given = isRecord(response.error) ? response.error : {};
  const error = isOfParameters(given) ? { code: -32602 } : given;
  const known = typeof error.code === 'number' ? PROTOCOL_ERRORS.get(error.code) : undefined;
  if (known === undefined) {
    return { value: internalError(response.id, errorId), fault: error };
  }
  const unknown = asked && unknownIn(error, asked);
  if (asked !== undefined && unknown !== undefined) return { value: parsed(refusalBody(unknown, asked.id, errorId)) };
  const data = errorData(error.code, error.data, asked);
  const { jsonrpc, id } = response;
  return { value: { jsonrpc, id, error: { code: error.code, message: known, ...(data && { data }) } } };
}

/** The SDK answers parameters that do not fit the schema of a method with a list of issues as an internal error. */
function isOfParameters({ code, message }: Record<string, unknown>): boolean {
  if (code !== -32603 || typeof message !== 'string' || !message.startsWith('[')) return false;
  try {
    const issues: unknown = JSON.parse(message);
    const ofParameters = (issue: unknown) => isRecord(issue) && Array.isArray(issue.path) && issue.path[0] === 'params';
    return Array.isArray(issues) && issues.length > 0 && issues.every(ofParameters);
  } catch {
    return false;
  }
}

/** What the server does not know is answered in the words that refuse what a caller may not see. */
function unknownIn(error: Record<string, unknown>, asked: Message): WireRefusal | undefined {
  const name = headerNameOf(asked) ?? '';
  if (asked.method === 'resources/read') {
    const named = isRecord(error.data) && error.data.uri === name;
    return named && NOT_FOUND.has(error.code) ? unknownTarget('resource', name, isModern(asked)) : undefined;
  }
  if (error.code !== -32602 || (asked.method !== 'tools/call' && asked.method !== 'prompts/get')) return undefined;
  const unknown = unknownTarget(asked.method === 'tools/call' ? 'tool' : 'prompt', name);
  return error.message === unknown.message ? unknown : undefined;
}

/** A tool result with `isError`. */
export function sanitiseToolError(
  result: Record<string, unknown>,
  asked: Message | undefined,
  errorId: string,
): Sanitised {
  const meta = isRecord(result._meta) ? result._meta : {};
  if (meta[PUBLIC_ERROR] === true) {
    const { [PUBLIC_ERROR]: _mark, ...rest } = meta;
    const { _meta, ...others } = result;
    return { value: Object.keys(rest).length === 0 ? others : { ...others, _meta: rest } };
  }
  const input = inputError(result, asked);
  if (input !== undefined) return { value: input };
  const text = `The tool failed. Error id: ${errorId}`;
  const kept = result.resultType === undefined ? {} : { resultType: result.resultType };
  const fault = result.content ?? 'isError without a word';
  return { value: { ...kept, isError: true, content: [{ type: 'text', text }] }, fault };
}

export function internalError(id: unknown, errorId: string): Record<string, unknown> {
  const wire = wireRefusal({ reason: 'server_failed' }, { resourceMetadata: '' });
  return parsed(refusalBody(wire, typeof id === 'string' || typeof id === 'number' ? id : null, errorId));
}

/** What the SDK says of the arguments of this very tool, and nothing beside it; what another server said is not it. */
function inputError(result: Record<string, unknown>, asked: Message | undefined): Record<string, unknown> | undefined {
  const [first, ...others]: unknown[] = Array.isArray(result.content) ? result.content : [];
  if (others.length > 0 || !isRecord(first) || typeof first.text !== 'string' || asked === undefined) return undefined;
  const { text } = first;
  if (!text.startsWith(`${INPUT_ERROR}${headerNameOf(asked) ?? ''}: `)) return undefined;
  const kept = result.resultType === undefined ? {} : { resultType: result.resultType };
  // Cut, not taken for a failure: how much there is to say is up to the caller.
  return { ...kept, isError: true, content: [{ type: 'text', text: text.slice(0, INPUT_ERROR_LENGTH) }] };
}

function parsed(body: string): Record<string, unknown> {
  return JSON.parse(body);
}
