/** Places in a text, and the text without them. */

export interface Span {
  readonly start: number;
  readonly end: number;
  /** Class of what is there. */
  readonly name: string;
}

/** How often each class was taken out. */
export type Redactions = Record<string, number>;

/** In order and without overlap: of two that share characters the first stays, widened. */
export function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result[result.length - 1];
    if (last !== undefined && span.start < last.end) {
      if (span.end > last.end) result[result.length - 1] = { ...last, end: span.end };
    } else result.push(span);
  }
  return result;
}

/** The text with a mark in the place of each span, which are counted; they must be merged. */
export function without(text: string, spans: readonly Span[], found: Redactions): string {
  let at = 0;
  const parts: string[] = [];
  for (const { start, end, name } of spans) {
    parts.push(text.slice(at, start), mark(name));
    at = end;
    count(found, name);
  }
  return parts.join('') + text.slice(at);
}

export function mark(name: string): string {
  return `[redacted: ${name}]`;
}

export function count(found: Redactions, name: string, times = 1): void {
  found[name] = (found[name] ?? 0) + times;
}
