/** Which properties of a value a schema has spoken of, in the branches that apply: for `unevaluatedProperties`. */
import { isRecord } from '../message';
import type { Compiler } from './compile';
import { tested } from './effort';
import { patternOf } from './pattern';
import type { Schema } from './reference';

type Values = Readonly<Record<string, unknown>>;

export function evaluatedBy(schema: Schema, value: Values, compiler: Compiler): ReadonlySet<string> {
  const known = new Set<string>();
  collect(schema, value, compiler, known, true, new Set());
  return known;
}

function collect(
  schema: unknown,
  value: Values,
  compiler: Compiler,
  known: Set<string>,
  outermost: boolean,
  seen: Set<unknown>,
): void {
  if (!isRecord(schema) || seen.has(schema)) return;
  seen.add(schema);
  const { part, resolve, effort } = compiler;
  const go = (inner: unknown) => collect(inner, value, compiler, known, false, seen);
  const applies = (inner: unknown) => part(inner)(value) === undefined;
  const names = Object.keys(value);
  if ('additionalProperties' in schema || (!outermost && 'unevaluatedProperties' in schema)) {
    for (const name of names) known.add(name);
  }
  for (const name of Object.keys(isRecord(schema.properties) ? schema.properties : {})) known.add(name);
  for (const source of Object.keys(isRecord(schema.patternProperties) ? schema.patternProperties : {})) {
    const pattern = patternOf(source);
    for (const name of names) if (pattern !== undefined && tested(pattern, name, effort) === 'matches') known.add(name);
  }
  if ('$ref' in schema) go(resolve(schema.$ref));
  if (Array.isArray(schema.allOf)) schema.allOf.forEach(go);
  for (const branches of [schema.anyOf, schema.oneOf]) {
    if (Array.isArray(branches)) branches.filter(applies).forEach(go);
  }
  if ('if' in schema) {
    const holds = applies(schema.if);
    if (holds) go(schema.if);
    go(holds ? schema.then : schema.else);
  }
  for (const [name, then] of Object.entries(isRecord(schema.dependentSchemas) ? schema.dependentSchemas : {})) {
    if (Object.hasOwn(value, name)) go(then);
  }
}
