/** Keywords about a value as such, about numbers and about texts. */
import type { Compiler } from './compile';
import { TOO_SLOW, tested } from './effort';
import { patternOf } from './pattern';
import { type Check, problem } from './problem';
import type { Schema } from './reference';

const WORDS: ReadonlyMap<unknown, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['integer', 'a whole number'],
  ['boolean', 'true or false'],
  ['null', 'null'],
  ['array', 'an array'],
  ['object', 'an object'],
]);

export function valueChecks(schema: Schema, compiler: Compiler): Check[] {
  return [...typeChecks(schema), ...numberChecks(schema), ...textChecks(schema, compiler)];
}

function typeChecks(schema: Schema): Check[] {
  const checks: Check[] = [];
  if (schema.type !== undefined) {
    const types = (Array.isArray(schema.type) ? schema.type : [schema.type]).filter((type) => WORDS.has(type));
    if (schema.nullable === true) types.push('null');
    const wrong = problem(`must be ${types.map((type) => WORDS.get(type)).join(' or ')}`);
    if (types.length > 0) {
      checks.push((value) => (types.some((type) => isOf(type, value)) ? undefined : wrong));
    }
  }
  if (Array.isArray(schema.enum)) checks.push(oneOfValues(schema.enum));
  if ('const' in schema) checks.push(oneOfValues([schema.const]));
  return checks;
}

function isOf(type: unknown, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function oneOfValues(values: readonly unknown[]): Check {
  const plain = new Set(values.filter((value) => typeof value !== 'object' || value === null));
  const others = new Set(values.filter((value) => typeof value === 'object' && value !== null).map(canonical));
  const wrong = problem('is not one of the values that its schema names');
  return (value) =>
    plain.has(value) || (typeof value === 'object' && value !== null && others.has(canonical(value)))
      ? undefined
      : wrong;
}

/** One text for equal values, whatever the order of properties. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`).join(',')}}`;
}

function numberChecks(schema: Schema): Check[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const checks: Check[] = [];
  const number = (fits: (value: number) => boolean, says: string) => {
    const wrong = problem(says);
    checks.push((value) => (typeof value !== 'number' || fits(value) ? undefined : wrong));
  };
  if (typeof minimum === 'number') number((value) => value >= minimum, `must be at least ${minimum}`);
  if (typeof maximum === 'number') number((value) => value <= maximum, `must be at most ${maximum}`);
  if (typeof exclusiveMinimum === 'number') {
    number((value) => value > exclusiveMinimum, `must be more than ${exclusiveMinimum}`);
  }
  if (typeof exclusiveMaximum === 'number') {
    number((value) => value < exclusiveMaximum, `must be less than ${exclusiveMaximum}`);
  }
  if (typeof multipleOf === 'number' && multipleOf > 0) {
    number((value) => isMultiple(value, multipleOf), `must be a multiple of ${multipleOf}`);
  }
  return checks;
}

/** Decimal fractions are not exact in binary: 0.3 is a multiple of 0.1 all the same. */
function isMultiple(value: number, of: number): boolean {
  const times = value / of;
  return Number.isInteger(times) || Math.abs(times - Math.round(times)) < 1e-9 * Math.max(1, Math.abs(times));
}

function textChecks(schema: Schema, { effort }: Compiler): Check[] {
  const { minLength, maxLength, pattern } = schema;
  const checks: Check[] = [];
  const text = (fits: (value: string) => boolean, says: string) => {
    const wrong = problem(says);
    checks.push((value) => (typeof value !== 'string' || fits(value) ? undefined : wrong));
  };
  // Each character has one or two units, so most texts are decided without counting.
  if (typeof minLength === 'number') {
    text(
      (value) => value.length >= minLength && (value.length >= 2 * minLength || [...value].length >= minLength),
      `must have at least ${minLength} characters`,
    );
  }
  if (typeof maxLength === 'number') {
    text(
      (value) => value.length <= maxLength || (value.length <= 2 * maxLength && [...value].length <= maxLength),
      `must have at most ${maxLength} characters`,
    );
  }
  const expression = typeof pattern === 'string' ? patternOf(pattern) : undefined;
  if (expression !== undefined) {
    const wrong = problem('does not match the pattern of its schema');
    checks.push((value) => {
      if (typeof value !== 'string') return undefined;
      const verdict = tested(expression, value, effort);
      return verdict === 'matches' ? undefined : verdict === 'differs' ? wrong : TOO_SLOW;
    });
  }
  return checks;
}
