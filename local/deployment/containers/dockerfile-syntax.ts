/** One instruction of a Dockerfile, its continuation lines joined. */
export interface Instruction {
  readonly line: number;
  /** In capitals. */
  readonly name: string;
  readonly rest: string;
}

/** The instructions without comments, in their order. */
export function instructionsOf(text: string): Instruction[] {
  const instructions: Instruction[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(raw)) continue;
    const continued = /\\\s*$/.test(raw);
    const part = raw.replace(/\\\s*$/, '').trim();
    open = { line: open?.line ?? index + 1, text: open ? `${open.text} ${part}` : part };
    if (continued) continue;
    instructions.push(instruction(open));
    open = undefined;
  }
  return open ? [...instructions, instruction(open)] : instructions;
}

function instruction({ line, text }: { line: number; text: string }): Instruction {
  const [, name = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
  return { line, name: name.toUpperCase(), rest };
}

/** Words between blanks; quotes hold blanks together and disappear. */
export function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s"']|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'/g, (_, double, single) => double ?? single));
}

/** The exec form: a JSON list of texts; undefined when it is none. */
export function listOf(text: string): string[] | undefined {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((word) => typeof word === 'string') ? list : undefined;
  } catch {
    return undefined;
  }
}
