/**
 * Regular expressions of schemas, tested so that none can hold the process. JavaScript's engine backtracks: some
 * patterns take time that grows with a power of the text's length, or exponentially. Where that could matter the test
 * runs under a watchdog, which costs a fraction of a millisecond; everywhere else it runs as it is.
 */
import type { Context, Script } from 'node:vm';

export type Verdict = 'matches' | 'differs' | 'too slow';

export interface Pattern {
  /** `patience`: milliseconds that the test may take. */
  test(text: string, patience: number): Verdict;
}

/** Steps that a test may take without a watchdog. */
const STEPS = 1_000_000;
/** Characters on which a pattern that may take exponential time is harmless. */
const SHORT = 12;

/** @returns undefined for what is no regular expression: it says nothing that could be checked. */
export function patternOf(source: string): Pattern | undefined {
  const expression = compiled(source);
  if (expression === undefined) return undefined;
  const free = harmlessLength(source);
  return {
    test: (text, patience) =>
      text.length <= free ? verdict(expression.test(text)) : watched(expression, text, patience),
  };
}

/** Whether time may grow exponentially with the text. */
export function mayExplode(source: string): boolean {
  return shapeOf(source).nested;
}

function compiled(source: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(source, flags);
    } catch {
      // Schemas written for other engines escape more than `u` permits; without it they can still be read.
    }
  }
  return undefined;
}

function harmlessLength(source: string): number {
  const { nested, quantifiers, anchored } = shapeOf(source);
  if (nested) return SHORT;
  const degree = quantifiers === 0 ? 0 : quantifiers + (anchored ? 0 : 1);
  return degree <= 1 ? Number.POSITIVE_INFINITY : Math.floor(STEPS ** (1 / degree));
}

interface Shape {
  /** A repeated group that itself repeats or chooses, or a reference back: the classes that can explode. */
  readonly nested: boolean;
  /** Quantifiers that may take more or less. */
  readonly quantifiers: number;
  /** Whether it can match at the beginning alone. */
  readonly anchored: boolean;
}

const QUANTIFIER = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/;

function shapeOf(source: string): Shape {
  // Escapes and classes are one character each for what is asked here.
  const plain = source
    .replace(/\\[1-9]|\\k</g, '\u0001')
    .replace(/\\(?:[pPu]\{[^}]*\}|u[\dA-Fa-f]{4}|x[\dA-Fa-f]{2}|.)/gs, 'e')
    .replace(/\[[^\]]*\]/g, 'c');
  let nested = plain.includes('\u0001');
  let quantifiers = 0;
  let chooses = false;
  const groups: { varies: boolean }[] = [{ varies: false }];
  let closed: { varies: boolean } | undefined;
  for (let index = 0; index < plain.length; index++) {
    const here = groups.at(-1) as { varies: boolean };
    const repeated = quantifierAt(plain, index);
    if (repeated !== undefined && plain[index - 1] !== '(') {
      if (repeated.highest > 1 && closed?.varies) nested = true;
      if (repeated.varies) {
        quantifiers += 1;
        here.varies = true;
      }
      index += repeated.length - 1;
      if (plain[index + 1] === '?') index += 1;
      closed = undefined;
      continue;
    }
    closed = undefined;
    if (plain[index] === '(') groups.push({ varies: false });
    else if (plain[index] === '|') {
      here.varies = true;
      if (groups.length === 1) chooses = true;
    } else if (plain[index] === ')' && groups.length > 1) {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (outer !== undefined && closed?.varies) outer.varies = true;
    }
  }
  return { nested, quantifiers, anchored: plain.startsWith('^') && !chooses };
}

interface Quantifier {
  readonly length: number;
  readonly highest: number;
  readonly varies: boolean;
}

function quantifierAt(text: string, index: number): Quantifier | undefined {
  const found = QUANTIFIER.exec(text.slice(index, index + 16));
  if (found === null) return undefined;
  const [all, least, comma, most] = found;
  if (least === undefined) return { length: 1, highest: all === '?' ? 1 : Number.POSITIVE_INFINITY, varies: true };
  const highest = comma === '' ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most);
  return { length: all.length, highest, varies: highest !== Number(least) };
}

let watchdog: { readonly script: Script; readonly context: Context } | undefined;

function watched(expression: RegExp, text: string, patience: number): Verdict {
  if (patience < 1) return 'too slow';
  watchdog ??= makeWatchdog();
  const { script, context } = watchdog;
  Object.assign(context, { expression, text });
  try {
    return verdict(script.runInContext(context, { timeout: Math.ceil(patience) }) === true);
  } catch {
    return 'too slow';
  } finally {
    Object.assign(context, { expression: undefined, text: undefined });
  }
}

/** Not before it is needed: few schemas have such a pattern, and every cold start would pay for the module. */
function makeWatchdog() {
  const { createContext, Script } = process.getBuiltinModule('node:vm');
  return { script: new Script('expression.test(text)'), context: createContext(Object.create(null)) };
}

function verdict(matched: boolean): Verdict {
  return matched ? 'matches' : 'differs';
}
