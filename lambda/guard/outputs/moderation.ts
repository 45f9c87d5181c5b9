/**
 * Moderation of what leaves in results, by a guardrail of Amazon Bedrock
 * (https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html). Texts go there after
 * secrets are out of them. One call asks about all texts of a message; only when the guardrail intervened is each
 * asked about alone, because which of several outputs belongs to which text is documented nowhere.
 */
import { GuardVariable } from '../../../lib/private/contract';
import type { Environment } from '../../environment';
import { awsCaller, type CallAws } from '../aws';
import { isRecord } from '../message';
import { count, type Redactions } from './spans';
import { replaceTexts, textsOf } from './spoken';

export type Moderated =
  | { readonly text: string }
  | { readonly refused: 'moderated' | 'moderation_unavailable'; readonly fault?: unknown };

export interface Moderation {
  /** Judges a message or batch as JSON text. Never throws. */
  judge(json: string, found: Redactions): Promise<Moderated>;
}

/** Characters of one call: the lowest published quota is 25 text units of 1,000 characters. */
const CALL_CHARACTERS = 20_000;
/** Calls that are under way at a time, for one message. */
const AT_ONCE = 4;
/** A message that is longer than this many calls is not moderated in the time a caller waits. */
const MAX_CALLS = 64;
const TIMEOUT_MS = 5_000;

/** @throws when no guardrail was given. */
export function bedrockModeration(
  guardrail: string | undefined,
  onFailure: 'closed' | 'open',
  environment: Environment,
  fetcher: typeof fetch = fetch,
): Moderation {
  const at = guardrail?.lastIndexOf(':') ?? -1;
  if (guardrail === undefined || at < 1) {
    throw new Error(`${GuardVariable.guardrail} is not '<id>:<version>', which the policy's moderation needs`);
  }
  const path = `/guardrail/${encodeURIComponent(guardrail.slice(0, at))}/version/${encodeURIComponent(guardrail.slice(at + 1))}/apply`;
  const apply = applier(awsCaller(environment, fetcher), path);
  return {
    async judge(json, found) {
      try {
        return await judged(json, apply, found);
      } catch (fault) {
        if (onFailure === 'closed') return { refused: 'moderation_unavailable', fault };
        count(found, 'moderation_unavailable');
        return { text: json };
      }
    },
  };
}

type Verdict = { readonly action: 'none' | 'blocked' } | { readonly action: 'masked'; readonly text: string };
type Apply = (texts: readonly string[]) => Promise<Verdict>;

async function judged(json: string, apply: Apply, found: Redactions): Promise<Moderated> {
  const message: unknown = JSON.parse(json);
  const texts = [...new Set(textsOf(message).filter((text) => /\S/.test(text)))];
  const calls = packed(texts.flatMap(pieces));
  if (calls.length > MAX_CALLS) throw new Error(`${calls.length} calls would be needed, ${MAX_CALLS} are made`);
  const suspicious: string[] = [];
  await inTurns(calls, async (call) => {
    if ((await apply(call)).action !== 'none') suspicious.push(...call);
  });
  if (suspicious.length === 0) return { text: json };
  const masked = new Map<string, string>();
  let blocked = false;
  await inTurns(suspicious, async (piece) => {
    const verdict = await apply([piece]);
    if (verdict.action === 'blocked') blocked = true;
    if (verdict.action === 'masked') masked.set(piece, verdict.text);
  });
  // What is objectionable only together cannot be masked apart.
  if (blocked || masked.size === 0) return { refused: 'moderated' };
  count(found, 'moderation_masked', masked.size);
  const rewritten = (text: string) => pieces(text).map((piece) => masked.get(piece) ?? piece);
  return { text: JSON.stringify(replaceTexts(message, (text) => rewritten(text).join(''))) };
}

function applier(aws: CallAws, path: string): Apply {
  return async (texts) => {
    const answer = await aws({
      service: 'bedrock-runtime',
      signingName: 'bedrock',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ source: 'OUTPUT', content: texts.map((text) => ({ text: { text } })) }),
      timeoutMs: TIMEOUT_MS,
    });
    return verdictOf(answer);
  };
}

/** @throws for an answer that is none, which is no consent. */
function verdictOf(answer: unknown): Verdict {
  const { action, outputs, assessments } = isRecord(answer) ? answer : {};
  if (action === 'NONE') return { action: 'none' };
  if (action !== 'GUARDRAIL_INTERVENED') throw new Error('the answer of the guardrail cannot be read');
  const actions: readonly string[] = JSON.stringify(assessments ?? []).match(/"action":"[A-Z_]+"/g) ?? [];
  const masks = actions.includes('"action":"ANONYMIZED"') && !actions.includes('"action":"BLOCKED"');
  const [output] = Array.isArray(outputs) && outputs.length === 1 ? outputs : [];
  return masks && isRecord(output) && typeof output.text === 'string'
    ? { action: 'masked', text: output.text }
    : { action: 'blocked' };
}

/** A long text in pieces of one call, cut between words where there are any. */
function pieces(text: string): string[] {
  const result: string[] = [];
  let at = 0;
  while (text.length - at > CALL_CHARACTERS) {
    const gap = text.lastIndexOf(' ', at + CALL_CHARACTERS - 1) + 1;
    const end = gap > at + CALL_CHARACTERS / 2 ? gap : at + CALL_CHARACTERS;
    result.push(text.slice(at, end));
    at = end;
  }
  return [...result, text.slice(at)];
}

/** As many pieces to a call as it may have characters. */
function packed(texts: readonly string[]): string[][] {
  const calls: string[][] = [];
  let room = 0;
  for (const text of texts) {
    if (text.length > room || calls.length === 0) {
      calls.push([]);
      room = CALL_CHARACTERS;
    }
    calls.at(-1)?.push(text);
    room -= text.length;
  }
  return calls;
}

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const one = async () => {
    try {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
    } catch (fault) {
      left.length = 0;
      throw fault;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}
