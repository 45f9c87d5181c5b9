/** Finds secrets in a text: by format (secret-formats.ts) and by the name they stand under (assigned-secrets.ts). */
import { assignedSpans, mayHoldAssigned } from './assigned-secrets';
import { type Format, SECRET_FORMATS } from './secret-formats';
import { looksLikeBasic, looksLikeBearer, looksLikeUrlPassword } from './secret-values';
import type { Span } from './spans';

/** Where a word begins; also after the letters of an escape, in a text that holds JSON or source code. */
const START = '(?:(?<![A-Za-z0-9])|(?<=\\\\[bfnrt]))';
/** Never inside a run of what the pattern itself is made of: there, each place would be tried anew. */
const RUN_START: Readonly<Record<string, string>> = { jwt: '(?:(?<![\\w-])|(?<=\\\\[bfnrt]))', url_password: '' };

const MARKS = marksOf(Object.values(SECRET_FORMATS));

/** Judges what a pattern alone cannot. */
const JUDGES: Readonly<Record<string, (value: string) => boolean>> = {
  bearer: looksLikeBearer,
  basic_auth: looksLikeBasic,
  url_password: looksLikeUrlPassword,
};

interface ClassPattern {
  readonly name: string;
  /** Without a mark the pattern, which costs more, is not tried. */
  readonly marks: RegExp;
  readonly pattern: RegExp;
}

/** Most processes never meet a secret, so the patterns are built when the first mark is seen. */
let patterns: readonly ClassPattern[] | undefined;

function build(): readonly ClassPattern[] {
  return Object.entries(SECRET_FORMATS).map(([name, formats]) => {
    const start = RUN_START[name] ?? START;
    const sources = formats.map(([mark, after, before = '']) => `${start}${before}${mark}${after}${endOf(after)}`);
    return { name, marks: marksOf([formats]), pattern: new RegExp(sources.join('|'), 'g') };
  });
}

function marksOf(formats: readonly (readonly Format[])[]): RegExp {
  return new RegExp(
    formats
      .flat()
      .map(([mark]) => mark)
      .join('|'),
  );
}

/** A format of a fixed length is not the beginning of something longer. */
function endOf(after: string): string {
  return /\d\}$/.test(after) && !after.endsWith(',}') ? '(?![A-Za-z0-9_])' : '';
}

/** Whether a text, plain or JSON, may hold a secret; asked of every result, and the only thing most are asked. */
export function mayHoldSecret(text: string): boolean {
  return MARKS.test(text) || mayHoldAssigned(text);
}

export function secretSpans(text: string): Span[] {
  const spans = assignedSpans(text);
  if (!MARKS.test(text)) return spans;
  patterns ??= build();
  for (const { name, marks, pattern } of patterns) {
    if (!marks.test(text)) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match.groups?.value;
      if (value === undefined) spans.push({ start: match.index, end: match.index + match[0].length, name });
      else if (JUDGES[name]?.(value) !== false) {
        const start = match.index + match[0].lastIndexOf(value);
        spans.push({ start, end: start + value.length, name });
      }
    }
  }
  return spans;
}
