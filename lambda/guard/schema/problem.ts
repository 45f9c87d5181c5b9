/** What is wrong with a value, and where; never the value itself. */
export interface Problem {
  /** Property names and indexes, from the outside in. */
  readonly path: readonly (string | number)[];
  /** Continues a sentence that begins with the path. */
  readonly says: string;
}

/** Undefined: the value is as it should be. */
export type Check = (value: unknown) => Problem | undefined;

export const problem = (says: string): Problem => ({ path: [], says });

/** A problem of a part, as one of the whole. */
export function below(key: string | number, found: Problem | undefined): Problem | undefined {
  return found && { path: [key, ...found.path], says: found.says };
}

/** Characters of one name, and of all of them. */
const NAME = 64;
const NAMES = 200;

/**
 * The sentence for the wire. Names may be the caller's own, so what is not plain to read is replaced and the rest is
 * cut: the sentence must not become a way to write into a log or a terminal.
 */
export function sentence({ path, says }: Problem): string {
  const names = path.map((key) => cut(clean(String(key)), NAME));
  const pointer = names.length === 0 ? 'the object' : cut(`/${names.join('/')}`, NAMES);
  return `${pointer} ${says}`;
}

function clean(name: string): string {
  return name
    .replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?')
    .replace(/~/g, '~0')
    .replace(/\//g, '~1');
}

function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length).join('')}…` : text;
}
