/** Keywords about arrays. */
import type { Compiler } from './compile';
import { below, type Check, problem } from './problem';
import type { Schema } from './reference';
import { canonical } from './values';

export function arrayChecks(schema: Schema, { part }: Compiler): Check[] {
  const { minItems, maxItems, uniqueItems, contains } = schema;
  const checks: Check[] = [];
  const array = (fits: (value: readonly unknown[]) => boolean, says: string) => {
    const wrong = problem(says);
    checks.push((value) => (!Array.isArray(value) || fits(value) ? undefined : wrong));
  };
  if (typeof minItems === 'number')
    array((value) => value.length >= minItems, `must have at least ${minItems} elements`);
  if (typeof maxItems === 'number')
    array((value) => value.length <= maxItems, `must have at most ${maxItems} elements`);
  const elements = elementChecks(schema, part);
  if (elements !== undefined) checks.push(elements);
  if (uniqueItems === true) {
    array((value) => new Set(value.map(canonical)).size === value.length, 'must not have an element twice');
  }
  if (contains !== undefined) {
    const { minContains = 1, maxContains = Number.POSITIVE_INFINITY } = schema as Record<string, number | undefined>;
    const wanted = part(contains);
    array((value) => {
      const count = value.filter((item) => wanted(item) === undefined).length;
      return count >= minContains && count <= maxContains;
    }, 'has too few or too many of the elements that its schema asks for');
  }
  return checks;
}

/** Before 2020-12 `items` could be a list, and `additionalItems` spoke of the rest. */
function elementChecks(schema: Schema, part: Compiler['part']): Check | undefined {
  const listed = Array.isArray(schema.items);
  const first = listed ? schema.items : schema.prefixItems;
  const rest = listed ? schema.additionalItems : schema.items;
  if (!Array.isArray(first) && rest === undefined) return undefined;
  const heads = (Array.isArray(first) ? first : []).map(part);
  const tail = part(rest ?? true);
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    for (let index = 0; index < value.length; index++) {
      const found = (heads[index] ?? tail)(value[index]);
      if (found !== undefined) return below(index, found);
    }
    return undefined;
  };
}
