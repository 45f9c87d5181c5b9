/**
 * Which properties a schema names for one object, in all the parts that speak of the same object: branches, conditions
 * and references included. A property that none of them names is unknown, whichever branch applies.
 */
import { isRecord } from '../message';
import { type Pattern, patternOf } from './pattern';
import type { Resolve, Schema } from './reference';

/** A schema that speaks of a value. */
export interface Part<S = unknown> {
  readonly schema: S;
  /** Whether it does so in some cases only: in a branch, or under a condition. */
  readonly sometimes: boolean;
}

export interface Named {
  /** Everything that speaks of the value, what was asked about included. */
  readonly parts: readonly Part<Schema>[];
  /** Undefined: no part says which properties there are. */
  readonly names: ReadonlySet<string> | undefined;
  readonly patterns: readonly Pattern[];
  /** Elements at the beginning of an array that have schemas of their own. */
  readonly heads: number;
  /** Whether the schema speaks of an object at all. */
  readonly object: boolean;
  /** Whether it allows any further property, in words of its own. */
  readonly open: boolean;
}

const ABOUT_OBJECTS = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'unevaluatedProperties',
  'required',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'dependentRequired',
  'dependentSchemas',
];

/** Keywords that say nothing about a value. */
const NOTES = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'format',
]);

/** Whether a schema allows every value. */
export function allowsAnything(schema: unknown): boolean {
  return schema === true || (isRecord(schema) && Object.keys(schema).every((keyword) => NOTES.has(keyword)));
}

/** @param about Everything that is said of one value. */
export function namedBy(about: readonly Part[], resolve: Resolve): Named {
  const found: Found = { parts: [], names: undefined, patterns: [], heads: 0, object: false, open: false };
  const seen = new Set<unknown>();
  for (const { schema, sometimes } of about) if (!sometimes) collect(schema, false, resolve, found, seen);
  // What always holds and names properties is not undone by a branch that has nothing to say.
  if (found.names === undefined && about.some(({ schema, sometimes }) => sometimes && allowsAnything(schema))) {
    found.open = true;
  }
  for (const { schema, sometimes } of about) if (sometimes) collect(schema, true, resolve, found, seen);
  return found;
}

interface Found {
  parts: Part<Schema>[];
  names: Set<string> | undefined;
  patterns: Pattern[];
  heads: number;
  object: boolean;
  open: boolean;
}

function collect(schema: unknown, sometimes: boolean, resolve: Resolve, found: Found, seen: Set<unknown>): void {
  if (!isRecord(schema) || seen.has(schema)) return;
  seen.add(schema);
  found.parts.push({ schema, sometimes });
  const go = (part: unknown, branch = true) => collect(part, sometimes || branch, resolve, found, seen);
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes('object') || ABOUT_OBJECTS.some((keyword) => keyword in schema)) found.object = true;
  found.heads = Math.max(found.heads, ...[schema.prefixItems, schema.items].map((list) => listOf(list).length));
  if ('properties' in schema || 'patternProperties' in schema) found.names ??= new Set();
  if (isRecord(schema.properties)) for (const name of Object.keys(schema.properties)) found.names?.add(name);
  for (const source of Object.keys(isRecord(schema.patternProperties) ? schema.patternProperties : {})) {
    const pattern = patternOf(source);
    if (pattern !== undefined) found.patterns.push(pattern);
  }
  for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
    if (keyword in schema && schema[keyword] !== false) found.open = true;
  }
  if ('$dynamicRef' in schema || '$recursiveRef' in schema) found.open = true;
  if ('$ref' in schema) {
    const target = resolve(schema.$ref);
    if (target === undefined || target === true) found.open = true;
    go(target, false);
  }
  for (const part of listOf(schema.allOf)) go(part, false);
  for (const part of [...listOf(schema.anyOf), ...listOf(schema.oneOf)]) {
    if (allowsAnything(part)) found.open = true;
    go(part);
  }
  for (const part of [schema.if, schema.then, schema.else]) go(part);
  for (const keyword of ['dependentSchemas', 'dependencies']) {
    for (const part of Object.values(isRecord(schema[keyword]) ? schema[keyword] : {})) go(part);
  }
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
