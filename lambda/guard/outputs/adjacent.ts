/** Texts that a client shows one after the other: a secret may begin in one and end in the next. */
import { isRecord } from '../message';
import type { Span } from './spans';

/** The text an element of a list brings: a content item, a message of a prompt, a part of a resource. */
export function textOf(element: unknown): string | undefined {
  if (!isRecord(element)) return undefined;
  if (typeof element.text === 'string') return element.text;
  return isRecord(element.content) && typeof element.content.text === 'string' ? element.content.text : undefined;
}

/** The element with another text. */
export function withText(element: unknown, text: string): unknown {
  const given = element as { readonly text?: unknown; readonly content?: object };
  return typeof given.text === 'string' ? { ...given, text } : { ...given, content: { ...given.content, text } };
}

/** For each text what of it belongs to something that crosses from text to text. */
export function crossing(texts: readonly (string | undefined)[], find: (text: string) => readonly Span[]): Span[][] {
  const result: Span[][] = texts.map(() => []);
  let from = 0;
  while (from < texts.length) {
    let to = from;
    while (texts[to] !== undefined) to += 1;
    if (to - from > 1) crossingRun(texts.slice(from, to) as string[], find, result.slice(from, to));
    from = to + 1;
  }
  return result;
}

function crossingRun(texts: readonly string[], find: (text: string) => readonly Span[], result: Span[][]): void {
  const spans = find(texts.join(''));
  let start = 0;
  texts.forEach((text, index) => {
    const end = start + text.length;
    for (const span of spans) {
      if (span.start >= end || span.end <= start || (span.start >= start && span.end <= end)) continue;
      result[index]?.push({
        name: span.name,
        start: Math.max(span.start, start) - start,
        end: Math.min(span.end, end) - start,
      });
    }
    start = end;
  });
}

/** Whether a JSON text has several texts: `"text"` stands twice for each content item, as type and as name. */
export function hasSeveralTexts(json: string): boolean {
  let at = -1;
  for (let seen = 0; seen < 3; seen++) {
    at = json.indexOf('"text"', at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** Characters of earlier notifications that are remembered: the longest key there is in use, and some. */
const MEMORY = 4096;

/** What notifications of one kind said so far in one exchange, so that the end of a secret does not follow its start. */
export class Tail {
  private readonly said = new Map<string, string>();

  /** What of the text ends something that an earlier one began. */
  spans(key: string, text: string, find: (text: string) => readonly Span[]): Span[] {
    const before = this.said.get(key) ?? '';
    const joined = before + text;
    this.said.set(key, joined.slice(-MEMORY));
    if (before === '') return [];
    return find(joined).flatMap(({ start, end, name }) =>
      start < before.length && end > before.length ? [{ start: 0, end: end - before.length, name }] : [],
    );
  }
}
