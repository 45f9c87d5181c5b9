/**
 * What leaves the server: every message of a response, JSON or stream, goes through `outgoing`. Most results
 * hold nothing to change; those are recognised on their text and passed on as they came.
 */
import { internalError, sanitiseError, sanitiseToolError } from './errors';
import { filterList, isList } from './lists';
import { isRecord, type Message } from './message';
import type { Policy } from './policy';
import type { Principal } from './principal';
import { holdsSecret, type Redactions, redact } from './redact';
import { refusalBody, wireRefusal } from './refusal';

export interface OutputFacts {
  readonly policy: Policy;
  readonly principal: Principal;
  /** The requests of this exchange, by id. */
  readonly requests: ReadonlyMap<unknown, Message>;
  /** Correlation id that the wire gets in place of an error's story. */
  readonly errorId: string;
  /** Bytes of one message at the most. */
  readonly maxBytes: number;
}

/** One message on its way out, and what the audit is to know of it. */
export interface Outgoing {
  readonly text: string;
  readonly answers: readonly Answer[];
  readonly redactions: Redactions;
}

/** The outcome of one request. */
export interface Answer {
  readonly id: unknown;
  readonly failed: boolean;
  /** The error as it was inside, for the log. */
  readonly fault?: unknown;
}

/** An escape in a JSON text can hide any word, so a text with one is parsed before it is judged. */
const NEEDS_READING = /\\u|"isError"\s*:\s*true|"error"\s*:|"cdk-mcp\/|"cacheScope"/;

/** Any message or batch on its way out. */
export function outgoing(text: string, facts: OutputFacts): Outgoing {
  if (tooLarge(text, facts.maxBytes)) return replaced(facts, 'result_too_large');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return replaced(facts, 'server_failed', text);
  }
  const redactions: Redactions = {};
  const answers: Answer[] = [];
  const clean = (message: unknown) => redact(cleaned(message, facts, answers), redactions);
  const value = Array.isArray(parsed) ? parsed.map(clean) : clean(parsed);
  return { text: JSON.stringify(value), answers, redactions };
}

/** The one JSON answer of a request: passed on as it came when its text shows nothing to change. */
export function outgoingAnswer(text: string, request: Message, facts: OutputFacts): Outgoing {
  const touched = isList(request.method) || NEEDS_READING.test(text) || holdsSecret(text);
  if (touched || tooLarge(text, facts.maxBytes)) return outgoing(text, facts);
  return { text, answers: [{ id: request.id, failed: false }], redactions: {} };
}

function cleaned(message: unknown, facts: OutputFacts, answers: Answer[]): unknown {
  if (!isRecord(message)) {
    answers.push({ id: null, failed: true, fault: message });
    return internalError(null, facts.errorId);
  }
  const asked = facts.requests.get(message.id);
  if ('error' in message) {
    const { value, fault } = sanitiseError(message, asked, facts.errorId);
    answers.push({ id: message.id, failed: true, fault });
    return value;
  }
  if (!isRecord(message.result)) return message;
  if (message.result.isError === true) {
    const { value, fault } = sanitiseToolError(message.result, facts.errorId);
    answers.push({ id: message.id, failed: true, fault });
    return { ...message, result: value };
  }
  if (asked === undefined) {
    // An answer to nothing that was asked: no rule says who may see it.
    answers.push({ id: message.id, failed: true, fault: 'answer to an unknown request' });
    return internalError(null, facts.errorId);
  }
  answers.push({ id: message.id, failed: false });
  const result = filterList(asked.method, message.result, facts.policy, facts.principal);
  return { ...message, result: 'cacheScope' in result ? { ...result, cacheScope: 'private' } : result };
}

function tooLarge(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length > maxBytes / 4 && Buffer.byteLength(text) > maxBytes);
}

function replaced(facts: OutputFacts, reason: 'result_too_large' | 'server_failed', fault?: unknown): Outgoing {
  const ids = [...facts.requests.keys()];
  const wire = wireRefusal({ reason }, { resourceMetadata: '' });
  const bodies = ids.map((id) => refusalBody(wire, id as string | number, facts.errorId));
  return {
    text: bodies.length === 1 ? (bodies[0] ?? '') : `[${bodies.join(',')}]`,
    answers: ids.map((id) => ({ id, failed: true, fault: fault ?? reason })),
    redactions: {},
  };
}
