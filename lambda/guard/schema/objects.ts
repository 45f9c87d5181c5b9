/** Keywords about objects. */
import { isRecord } from '../message';
import type { Compiler } from './compile';
import { TOO_SLOW, tested } from './effort';
import { evaluatedBy } from './evaluated';
import { patternOf } from './pattern';
import { below, type Check, problem } from './problem';
import type { Schema } from './reference';

type Values = Readonly<Record<string, unknown>>;

export function objectChecks(schema: Schema, compiler: Compiler): Check[] {
  const checks: ((value: Values) => ReturnType<Check>)[] = [];
  const { minProperties, maxProperties, required } = schema;
  if (Array.isArray(required) && required.length > 0) checks.push((value) => lacking(required, value));
  if (typeof minProperties === 'number') {
    const wrong = problem(`must have at least ${minProperties} properties`);
    checks.push((value) => (Object.keys(value).length >= minProperties ? undefined : wrong));
  }
  if (typeof maxProperties === 'number') {
    const wrong = problem(`must have at most ${maxProperties} properties`);
    checks.push((value) => (Object.keys(value).length <= maxProperties ? undefined : wrong));
  }
  if (['properties', 'patternProperties', 'additionalProperties'].some((keyword) => keyword in schema)) {
    checks.push(propertyChecks(schema, compiler));
  }
  if ('propertyNames' in schema) {
    const name = compiler.part(schema.propertyNames);
    checks.push((value) => {
      const wrong = Object.keys(value).find((key) => name(key) !== undefined);
      return wrong === undefined ? undefined : below(wrong, problem('has a name that its schema does not allow'));
    });
  }
  checks.push(...dependencyChecks(schema, compiler));
  if ('unevaluatedProperties' in schema) {
    const rest = compiler.part(schema.unevaluatedProperties);
    checks.push((value) => {
      const known = evaluatedBy(schema, value, compiler);
      return firstProblem(
        Object.keys(value).filter((name) => !known.has(name)),
        (name) => rest(value[name]),
      );
    });
  }
  return checks.map(
    (check): Check =>
      (value) =>
        isRecord(value) ? check(value) : undefined,
  );
}

function lacking(names: readonly unknown[], value: Values) {
  for (const name of names) {
    if (typeof name === 'string' && !Object.hasOwn(value, name)) return below(name, problem('is missing'));
  }
  return undefined;
}

function propertyChecks(schema: Schema, { part, effort }: Compiler): (value: Values) => ReturnType<Check> {
  const named = new Map(
    Object.entries(isRecord(schema.properties) ? schema.properties : {}).map(([k, v]) => [k, part(v)]),
  );
  const patterns = Object.entries(isRecord(schema.patternProperties) ? schema.patternProperties : {}).flatMap(
    ([source, schema]) => {
      const pattern = patternOf(source);
      return pattern === undefined ? [] : [{ pattern, check: part(schema) }];
    },
  );
  const rest = 'additionalProperties' in schema ? part(schema.additionalProperties) : undefined;
  return (value) =>
    firstProblem(Object.keys(value), (name) => {
      const own = named.get(name);
      let known = own !== undefined;
      const found = own?.(value[name]);
      if (found !== undefined) return found;
      for (const { pattern, check } of patterns) {
        const verdict = tested(pattern, name, effort);
        if (verdict === 'too slow') return TOO_SLOW;
        if (verdict === 'differs') continue;
        known = true;
        const wrong = check(value[name]);
        if (wrong !== undefined) return wrong;
      }
      return known ? undefined : rest?.(value[name]);
    });
}

/** `dependencies` is what drafts before 2019-09 call both. */
function dependencyChecks(schema: Schema, { part }: Compiler): ((value: Values) => ReturnType<Check>)[] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies'].flatMap((keyword) =>
    Object.entries(isRecord(schema[keyword]) ? schema[keyword] : {}).map(([name, then]) => {
      const check: (value: Values) => ReturnType<Check> = Array.isArray(then)
        ? (value) => lacking(then, value)
        : part(then);
      return (value: Values) => (Object.hasOwn(value, name) ? check(value) : undefined);
    }),
  );
}

function firstProblem(names: readonly string[], check: (name: string) => ReturnType<Check>): ReturnType<Check> {
  for (const name of names) {
    const found = check(name);
    if (found !== undefined) return below(name, found);
  }
  return undefined;
}
