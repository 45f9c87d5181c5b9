/** A mutant: the product with one defence taken out. */
export interface Mutant {
  /** Below `lambda/`. */
  readonly file: string;
  readonly defence: string;
  /** Text that holds the defence, however it is laid out; it must occur once. */
  readonly find: string;
  readonly replace: string;
  /** Themes of attacks that should notice; before the tests of the file. */
  readonly themes: readonly string[];
  /** Test files that should notice, below `test/lambda/`. */
  readonly tests: readonly string[];
}

type Entry = readonly [defence: string, find: string, replace: string];

/** Mutants of one file. */
export function mutantsOf(
  file: string,
  themes: readonly string[],
  tests: readonly string[],
  entries: readonly Entry[],
): Mutant[] {
  return entries.map(([defence, find, replace]) => ({ file, defence, find, replace, themes, tests }));
}

/** @throws when the text is not there, or there more than once: the mutant no longer says anything. */
export function mutated(source: string, { find, replace, file, defence }: Mutant): string {
  const places = [...source.matchAll(patternOf(find))];
  if (places.length !== 1) {
    throw new Error(`'${defence}' is stale: its text occurs ${places.length} times in ${file}, write it anew`);
  }
  const [place] = places;
  const start = place?.index ?? 0;
  return source.slice(0, start) + replace + source.slice(start + (place?.[0].length ?? 0));
}

/** Matches the text whatever its white space and trailing commas: a formatter may have been there. */
function patternOf(find: string): RegExp {
  const tokens = find.match(/\w+|[^\w\s]/g) ?? [];
  const parts = tokens.map((token, index) => {
    const before = tokens[index - 1];
    const words = before !== undefined && /^\w/.test(token) && /^\w/.test(before);
    const closes = /^[)\]}]$/.test(token) && before !== ',' ? ',?\\s*' : '';
    const gap = before === undefined ? '' : words ? '\\s+' : '\\s*';
    return `${gap}${closes}${token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}`;
  });
  return new RegExp(parts.join(''), 'g');
}
