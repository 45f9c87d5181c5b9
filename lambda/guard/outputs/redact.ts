/**
 * Takes out of a JSON value what must not leave: secrets, and personal data where the policy names it. What is found
 * is replaced and counted by class, never logged.
 */
import type { OutputRules } from '../../../lib/private/contract';
import { isRecord } from '../message';
import { crossing, hasSeveralTexts, textOf, withText } from './adjacent';
import { classOfNamed } from './assigned-secrets';
import { isTextLike, rewriteBlob } from './blobs';
import { hasEscapes, spansInEscaped } from './escapes';
import { personalData } from './personal-data';
import { mayHoldSecret, secretSpans } from './secrets';
import { count, mark, merged, type Redactions, type Span, without } from './spans';

export type { Redactions } from './spans';

export interface Redactor {
  /** Whether a JSON text may hold anything to redact; cheap, so that most results are not touched. */
  mayHold(json: string): boolean;
  /** What of a text is to go. */
  find(text: string): Span[];
  /** The value with every string redacted, keys included. */
  redact<T>(value: T, found: Redactions): T;
}

/** A blob in a JSON text, or a picture that is written as text. */
const BLOB = /"blob"|"image\/svg/;

/** @throws for a class of personal data that is not known. */
export function redactor({ secrets = true, personalData: classes = [] }: OutputRules = {}): Redactor {
  const personal = personalData(classes);
  const redacts = secrets || classes.length > 0;
  const rules: Rules = { secrets, numbers: classes.length > 0, find };

  function findPlain(text: string): Span[] {
    const spans = secrets ? secretSpans(text) : [];
    if (classes.length > 0) spans.push(...personal.spans(text));
    return spans;
  }

  function find(text: string): Span[] {
    const spans = findPlain(text);
    if (hasEscapes(text)) spans.push(...spansInEscaped(text, findPlain));
    return spans.length > 0 ? merged(spans) : spans;
  }

  return {
    find,
    mayHold: (json) =>
      redacts &&
      ((secrets && mayHoldSecret(json)) ||
        personal.mayHold(json) ||
        hasEscapes(json) ||
        BLOB.test(json) ||
        hasSeveralTexts(json)),
    redact: (value, found) => (redacts ? (rewrite(value, rules, found) as typeof value) : value),
  };
}

interface Rules {
  readonly secrets: boolean;
  /** Whether numbers may be personal data. */
  readonly numbers: boolean;
  readonly find: (text: string) => Span[];
}

/** `name`: under which property the value stands. */
function rewrite(value: unknown, rules: Rules, found: Redactions, name?: string): unknown {
  if (typeof value === 'string') return rewriteText(value, rules, found, name);
  if (Array.isArray(value)) return rewriteList(value, rules, found, name);
  if (isRecord(value)) return rewriteRecord(value, rules, found);
  if (typeof value === 'number' && rules.numbers) {
    const text = rewriteText(String(value), rules, found);
    return text === String(value) ? value : text;
  }
  return value;
}

function rewriteText(text: string, rules: Rules, found: Redactions, name?: string): string {
  const named = rules.secrets && name !== undefined ? classOfNamed(name, text) : undefined;
  if (named !== undefined) {
    count(found, named);
    return mark(named);
  }
  const spans = rules.find(text);
  return spans.length === 0 ? text : without(text, spans, found);
}

function rewriteList(list: readonly unknown[], rules: Rules, found: Redactions, name?: string): unknown[] {
  const crossed = list.length > 1 ? crossing(list.map(textOf), rules.find) : [];
  return list.map((element, index) => {
    const spans = crossed[index] ?? [];
    const rest = spans.length === 0 ? element : withText(element, without(textOf(element) ?? '', spans, found));
    return rewrite(rest, rules, found, name);
  });
}

function rewriteRecord(record: Record<string, unknown>, rules: Rules, found: Redactions): Record<string, unknown> {
  // A variable as a pair: `{ name: 'DB_PASSWORD', value: … }`.
  const label = record.name ?? record.key ?? record.Name ?? record.Key;
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => {
      const text = rewriteText(key, rules, found);
      if ((key === 'blob' || key === 'data') && typeof value === 'string' && isBlob(key, record)) {
        return [text, rewriteBlob(value, (inside) => rewriteText(inside, rules, found))];
      }
      const name = /^value$/i.test(key) && typeof label === 'string' ? label : key;
      return [text, rewrite(value, rules, found, name)];
    }),
  );
}

/** Pictures and sound are `data`, everything else that is binary is a `blob`. */
function isBlob(key: string, { mimeType }: Record<string, unknown>): boolean {
  return isTextLike(mimeType) && (key === 'blob' || mimeType !== undefined);
}
