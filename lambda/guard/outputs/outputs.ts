/**
 * What leaves the server: every message of a response, JSON or stream, goes through `outgoing`. Most results
 * hold nothing to change; those are recognised on their text and passed on as they came.
 */

import { internalError, sanitiseError, sanitiseToolError } from '../errors';
import { isRecord, type Message } from '../message';
import type { Policy } from '../policy';
import type { Principal } from '../principal';
import { refusalBody, wireRefusal } from '../refusal';
import type { RequestStates } from '../sessions/request-states';
import type { ToolCatalogue } from '../tools/tools';
import type { Tail } from './adjacent';
import { filterList, isList, keptPrivate } from './lists';
import { withoutContinued } from './notifications';
import { DEFAULT_OUTPUT_POLICY, type OutputPolicy } from './output-policy';
import type { Redactions } from './redact';
import { mayBeTold } from './updates';

export interface OutputFacts {
  readonly policy: Policy;
  readonly principal: Principal;
  /** The requests of this exchange, by id. */
  readonly requests: ReadonlyMap<unknown, Message>;
  /** Correlation id that the wire gets in place of an error's story. */
  readonly errorId: string;
  /** Bytes of one message at the most. */
  readonly maxBytes: number;
  readonly states?: RequestStates;
  readonly tools?: ToolCatalogue;
  /** The server is another's: nobody can tell its failures from what it says to callers. */
  readonly foreign?: boolean;
  /** What this server lets out. */
  readonly outputs?: OutputPolicy;
  /** What a stream's notifications said so far; undefined: there is no stream. */
  readonly tail?: Tail;
}

/** One message on its way out, empty where it is not to go; and what the audit is to know of it. */
export interface Outgoing {
  readonly text: string;
  readonly answers: readonly Answer[];
  readonly redactions: Redactions;
}

/** The outcome of one request. */
export interface Answer {
  readonly id: unknown;
  readonly failed: boolean;
  /** An error that a caller can bring about by asking for it: what is not there, what a tool or a rule says no to. */
  readonly declined?: boolean;
  /** The error as it was inside, for the log. */
  readonly fault?: unknown;
}

/** An escape in a JSON text can hide any word, so a text with one is parsed before it is judged. */
const NEEDS_READING = /\\u|"isError"\s*:\s*true|"error"\s*:|"cdk-mcp\/|"cacheScope"|"requestState"/;

/** Any message or batch on its way out. */
export function outgoing(text: string, facts: OutputFacts): Outgoing {
  if (tooLarge(text, facts.maxBytes)) return withheld(text, facts, 'result_too_large');
  const { redactor, links } = facts.outputs ?? DEFAULT_OUTPUT_POLICY;
  const redactions: Redactions = {};
  const answers: Answer[] = [];
  const redacts = redactor.mayHold(text);
  // A name may be spelled in escapes as well.
  const filters = links.mayHold(text) || /\\u/.test(text);
  const clean = (message: unknown) => {
    let value: unknown = cleaned(message, facts, answers);
    if (facts.tail !== undefined) value = withoutContinued(value, facts.tail, redactor, redactions);
    if (redacts) value = redactor.redact(value, redactions);
    return filters ? links.filter(value, redactions) : value;
  };
  try {
    const parsed: unknown = JSON.parse(text);
    const value = Array.isArray(parsed) ? parsed.map(clean).filter((one) => one !== undefined) : clean(parsed);
    return { text: JSON.stringify(value) ?? '', answers, redactions };
  } catch {
    // No JSON, or nested beyond what can be looked through.
    return withheld(text, facts, 'server_failed', text);
  }
}

/** The one JSON answer of a request: passed on as it came when its text shows nothing to change. */
export function outgoingAnswer(text: string, request: Message, facts: OutputFacts): Outgoing {
  const { redactor, links } = facts.outputs ?? DEFAULT_OUTPUT_POLICY;
  const touched =
    !isAnswerTo(request.id, text) ||
    isList(request.method) ||
    lacksScope(request, text) ||
    NEEDS_READING.test(text) ||
    redactor.mayHold(text) ||
    links.mayHold(text);
  if (!touched && !tooLarge(text, facts.maxBytes)) {
    return { text, answers: [{ id: request.id, failed: false }], redactions: {} };
  }
  const out = outgoing(text, facts);
  // Whatever else the server said, the request is open: nothing else will answer it.
  const answered = out.answers.some(({ id }) => id === request.id || id === null);
  return answered ? out : replaced(facts, 'server_failed', out.answers[0]?.fault ?? text);
}

/** As servers write an answer to this request; any other spelling is parsed. */
function isAnswerTo(id: Message['id'], text: string): boolean {
  const written = JSON.stringify(id);
  if (!/^\s*\{/.test(text) || !/"result"\s*:/.test(text)) return false;
  return text.includes(`"id":${written}`) || text.includes(`"id": ${written}`);
}

/** A read without `cacheScope`, which is put in where the revision knows it. */
function lacksScope(request: Message, text: string): boolean {
  return request.method === 'resources/read' && !text.includes('"cacheScope"');
}

function cleaned(message: unknown, facts: OutputFacts, answers: Answer[]): unknown {
  if (!isRecord(message)) {
    answers.push({ id: null, failed: true, fault: message });
    return internalError(null, facts.errorId);
  }
  const asked = facts.requests.get(message.id);
  if ('error' in message) {
    const { value, fault } = sanitiseError(message, asked, facts.errorId);
    answers.push({ id: message.id, failed: true, declined: fault === undefined || facts.foreign, fault });
    return value;
  }
  if (!isRecord(message.result)) {
    if (typeof message.method === 'string') return mayBeTold(message, facts) ? message : undefined;
    answers.push({ id: message.id, failed: true, fault: message });
    return internalError(message.id, facts.errorId);
  }
  if (message.result.isError === true) {
    const { value, fault } = sanitiseToolError(message.result, asked, facts.errorId);
    answers.push({ id: message.id, failed: true, declined: fault === undefined || facts.foreign, fault });
    return { ...message, result: value };
  }
  if (asked === undefined) {
    // An answer to nothing that was asked: no rule says who may see it.
    answers.push({ id: message.id, failed: true, fault: 'answer to an unknown request' });
    return internalError(null, facts.errorId);
  }
  const stated =
    facts.states === undefined ? message.result : facts.states.seal(message.result, asked, facts.principal);
  if (stated === undefined) {
    answers.push({ id: message.id, failed: true, fault: 'the sealing key cannot be had' });
    return internalError(message.id, facts.errorId);
  }
  answers.push({ id: message.id, failed: false });
  const result = keptPrivate(asked.method, filterList(asked.method, stated, facts));
  return { ...message, result };
}

function tooLarge(text: string, maxBytes: number): boolean {
  return text.length > maxBytes || (text.length > maxBytes / 4 && Buffer.byteLength(text) > maxBytes);
}

/** A single notification: it answers nothing, so in a stream nothing has to stand in its place. */
const NOTIFICATION = /^\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"method"\s*:\s*"notifications\//;

function withheld(...[text, facts, reason, fault]: [string, ...Parameters<typeof replaced>]): Outgoing {
  const drops = facts.tail !== undefined && NOTIFICATION.test(text);
  return drops ? { text: '', answers: [], redactions: {} } : replaced(facts, reason, fault);
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
