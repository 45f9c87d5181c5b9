import { LocalFailure } from '../failure';

/** What an intrinsic function may ask its stack. Everything is asked lazily, so unused values are never resolved. */
export interface Lookup {
  /** `Ref`: parameter, pseudo parameter or resource. */
  reference(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  mapping(name: string): Record<string, Record<string, unknown>>;
  condition(name: string): boolean;
  /** `Fn::ImportValue`. */
  imported(name: string): unknown;
}

/** What `AWS::NoValue` resolves to: the property or list element that holds it disappears. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, lookup: Lookup) => unknown;

const INTRINSICS: Record<string, Intrinsic> = {
  Ref: (name, lookup) => lookup.reference(text(name, 'Ref')),
  'Fn::GetAtt': (argument, lookup) => {
    const [logicalId, ...attribute] = Array.isArray(argument) ? argument : text(argument, 'Fn::GetAtt').split('.');
    return lookup.attribute(text(logicalId, 'Fn::GetAtt'), attribute.map((part) => resolve(part, lookup)).join('.'));
  },
  'Fn::Join': (argument, lookup) => {
    const [separator, parts] = list(argument, 'Fn::Join', 2);
    return list(resolve(parts, lookup), 'Fn::Join')
      .map((part) => text(part, 'Fn::Join'))
      .join(text(separator, 'Fn::Join'));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, lookup) => {
    const [index, from] = list(argument, 'Fn::Select', 2);
    const choices = list(resolve(from, lookup), 'Fn::Select');
    const chosen = choices[Number(resolve(index, lookup))];
    if (chosen === undefined) throw new LocalFailure(`Fn::Select finds nothing at ${String(index)}`);
    return chosen;
  },
  'Fn::Split': (argument, lookup) => {
    const [separator, from] = list(argument, 'Fn::Split', 2);
    return text(resolve(from, lookup), 'Fn::Split').split(text(separator, 'Fn::Split'));
  },
  'Fn::If': (argument, lookup) => {
    const [condition, yes, no] = list(argument, 'Fn::If', 3);
    return resolve(lookup.condition(text(condition, 'Fn::If')) ? yes : no, lookup);
  },
  'Fn::FindInMap': (argument, lookup) => {
    const [map, top, second] = list(resolve(argument, lookup), 'Fn::FindInMap', 3).map(String);
    const found = lookup.mapping(map as string)[top as string]?.[second as string];
    if (found === undefined) throw new LocalFailure(`Fn::FindInMap finds no ${map}.${top}.${second}`);
    return found;
  },
  'Fn::ImportValue': (name, lookup) => lookup.imported(text(resolve(name, lookup), 'Fn::ImportValue')),
  'Fn::Equals': (argument, lookup) => {
    const [left, right] = list(argument, 'Fn::Equals', 2).map((side) => resolve(side, lookup));
    return JSON.stringify(left) === JSON.stringify(right);
  },
  'Fn::And': (argument, lookup) => list(argument, 'Fn::And').every((part) => holds(part, lookup)),
  'Fn::Or': (argument, lookup) => list(argument, 'Fn::Or').some((part) => holds(part, lookup)),
  'Fn::Not': (argument, lookup) => !list(argument, 'Fn::Not').every((part) => holds(part, lookup)),
  Condition: (name, lookup) => lookup.condition(text(name, 'Condition')),
};

/**
 * The value with every intrinsic function replaced by its result. A function that is not known here is refused by
 * name: guessing would run something else than what would be deployed.
 */
export function resolve(value: unknown, lookup: Lookup): unknown {
  if (Array.isArray(value)) {
    return value.map((element) => resolve(element, lookup)).filter((element) => element !== NO_VALUE);
  }
  if (typeof value === 'string') return refuseDynamicReference(value);
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument, ...rest] = Object.entries(value).flat();
  if (rest.length === 0 && typeof name === 'string' && isIntrinsic(name, argument)) {
    const intrinsic = INTRINSICS[name];
    if (!intrinsic) throw new LocalFailure(`the intrinsic function ${name} is not supported here`);
    const result = intrinsic(argument, lookup);
    return typeof result === 'string' ? refuseDynamicReference(result) : result;
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, resolve(member, lookup)] as const)
      .filter(([, member]) => member !== NO_VALUE),
  );
}

/** `Condition` is a function among conditions, but also a block of an IAM statement: only a name makes it one. */
function isIntrinsic(name: string, argument: unknown): boolean {
  return name === 'Ref' || name.startsWith('Fn::') || (name === 'Condition' && typeof argument === 'string');
}

function holds(condition: unknown, lookup: Lookup): boolean {
  return String(resolve(condition, lookup)) === 'true';
}

function substitute(argument: unknown, lookup: Lookup): string {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const given = (variables ?? {}) as Record<string, unknown>;
  return text(pattern, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    const key = name.trim();
    if (Object.hasOwn(given, key)) return text(resolve(given[key], lookup), 'Fn::Sub');
    const [logicalId, ...attribute] = key.split('.');
    return text(
      attribute.length > 0 ? lookup.attribute(logicalId as string, attribute.join('.')) : lookup.reference(key),
      'Fn::Sub',
    );
  });
}

function refuseDynamicReference(value: string): string {
  const [reference] = /\{\{resolve:[^}]*\}\}/.exec(value) ?? [];
  if (reference) throw new LocalFailure(`the dynamic reference ${reference} cannot be resolved without an account`);
  return value;
}

function text(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new LocalFailure(`${where} needs a text, not ${JSON.stringify(value) ?? String(value)}`);
}

function list(value: unknown, where: string, length?: number): unknown[] {
  if (Array.isArray(value) && (length === undefined || value.length === length)) return value;
  throw new LocalFailure(`${where} needs a list${length ? ` of ${length}` : ''}, not ${JSON.stringify(value)}`);
}
