/**
 * A JSON Schema (2020-12, and what older drafts say differently) as one function, made once and without generating
 * code. It is a second opinion before the server's own: what it does not know (formats, references to elsewhere,
 * `$dynamicRef`, `unevaluatedItems`) it leaves to the server. It always ends: schemas may be anyone's.
 */
import { isRecord } from '../message';
import { arrayChecks } from './arrays';
import { closing } from './closing';
import { DEPTH, type Effort, giveUp, PATIENCE_MS, STEPS, TOO_MUCH } from './effort';
import { objectChecks } from './objects';
import { type Check, type Problem, problem } from './problem';
import { type Resolve, resolverOf, type Schema } from './reference';
import { valueChecks } from './values';

export interface CompileOptions {
  /** Whether properties that the schema does not name are allowed. */
  readonly unknownProperties: boolean;
}

/** What the keywords need to go on. */
export interface Compiler {
  readonly part: (schema: unknown) => Check;
  readonly resolve: Resolve;
  readonly effort: Effort;
}

export function compileSchema(root: unknown, { unknownProperties }: CompileOptions): Check {
  const effort: Effort = { steps: 0, depth: 0, patience: 0 };
  const parts = new Map<unknown, Check>();
  const resolve = resolverOf(root);
  const compiler: Compiler = {
    part: (schema) => cached(schema, () => made(schema)),
    resolve,
    effort,
  };

  function made(schema: unknown): Check {
    if (schema === false) return () => problem('is not allowed');
    if (!isRecord(schema)) return () => undefined;
    return all([
      ...valueChecks(schema, compiler),
      ...arrayChecks(schema, compiler),
      ...objectChecks(schema, compiler),
      ...branchChecks(schema, compiler),
    ]);
  }

  /** Counts, and lets a schema refer to itself: it is in the table before it is made. */
  function cached(schema: unknown, make: () => Check): Check {
    const known = parts.get(schema);
    if (known !== undefined) return known;
    let check: Check | undefined;
    const counting: Check = (value) => {
      effort.steps += 1;
      if (effort.depth > DEPTH) giveUp(effort);
      if (effort.steps > STEPS) return TOO_MUCH;
      effort.depth += 1;
      check ??= make();
      const found = check(value);
      effort.depth -= 1;
      return found;
    };
    parts.set(schema, counting);
    return counting;
  }

  const named = closing(root, { unknownProperties, resolve, effort });
  const check = compiler.part(root);
  return (value) => {
    effort.steps = 0;
    effort.depth = 0;
    effort.patience = PATIENCE_MS;
    let found: Problem | undefined;
    try {
      found = named(value) ?? check(value);
    } catch (fault) {
      // The stack ended before the count did: a schema that refers to itself in the middle of deep branches.
      if (fault instanceof RangeError) return TOO_MUCH;
      throw fault;
    }
    // A branch may have swallowed that the effort ran out; what it then says counts for nothing.
    return effort.steps > STEPS ? (found ?? TOO_MUCH) : found;
  };
}

function branchChecks(schema: Schema, { part, resolve }: Compiler): Check[] {
  const checks: Check[] = [];
  if ('$ref' in schema) {
    const target = resolve(schema.$ref);
    if (target !== undefined) checks.push(part(target));
  }
  if (Array.isArray(schema.allOf)) checks.push(...schema.allOf.map(part));
  if (Array.isArray(schema.anyOf)) checks.push(oneOf(schema.anyOf.map(part), false));
  if (Array.isArray(schema.oneOf)) checks.push(oneOf(schema.oneOf.map(part), true));
  if ('not' in schema) {
    const never = part(schema.not);
    checks.push((value) => (never(value) === undefined ? problem('is what its schema excludes') : undefined));
  }
  if ('if' in schema) {
    const [condition, yes, no] = [part(schema.if), part(schema.then ?? true), part(schema.else ?? true)];
    checks.push((value) => (condition(value) === undefined ? yes(value) : no(value)));
  }
  return checks;
}

function oneOf(branches: readonly Check[], exactly: boolean): Check {
  return (value) => {
    let matched = 0;
    let nearest: Problem | undefined;
    for (const branch of branches) {
      const found = branch(value);
      if (found === undefined) {
        matched += 1;
        if (!exactly) return undefined;
      } else if (found.path.length > (nearest?.path.length ?? 0)) nearest = found;
    }
    if (matched === 1) return undefined;
    if (matched > 1) return problem('fits more than one of the forms of its schema');
    // The branch that got furthest is most likely the one that was meant.
    return nearest ?? problem('fits none of the forms of its schema');
  };
}

export function all(checks: readonly Check[]): Check {
  if (checks.length === 1) return checks[0] as Check;
  return (value) => {
    for (const check of checks) {
      const found = check(value);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}
