/**
 * Refuses properties that a schema does not name. What names a property of one object is everything that speaks of
 * that object from the root on, branches and conditions included, so the value is walked with all of it at once: a
 * branch that only says what a nested object must have does not close it.
 */
import { isRecord } from '../message';
import { type Effort, STEPS, TOO_MUCH, TOO_SLOW, tested } from './effort';
import { type Named, namedBy, type Part } from './named';
import { type Pattern, patternOf } from './pattern';
import { below, type Check, type Problem, problem } from './problem';
import type { Resolve, Schema } from './reference';

export interface Closing {
  /** Whether properties that the schema does not name are allowed. */
  readonly unknownProperties: boolean;
  readonly resolve: Resolve;
  readonly effort: Effort;
}

/** Names with which careless code reaches what all objects share: not unless the schema names them. */
const SHARED: ReadonlySet<string> = new Set(['constructor', 'prototype']);

/** Everything that is said of the values at one place. */
interface Place {
  readonly said: Named;
  readonly closed: boolean;
  /** For the names that are named, for `` (any other) and for elements. */
  readonly inside: Map<string | number, Place | undefined>;
}

export function closing(root: unknown, { unknownProperties, resolve, effort }: Closing): Check {
  const ids = new Map<unknown, number>();
  const places = new Map<string, Place>();
  const patterns = new Map<string, Pattern | undefined>();

  function placeOf(parts: readonly Part[], isRoot: boolean): Place {
    const said = namedBy(parts, resolve);
    // A root without `properties` is a tool without parameters; elsewhere it is how a map with any keys is written.
    const closed = !unknownProperties && !said.open && (said.names !== undefined || (isRoot && said.object));
    return { said, closed, inside: new Map() };
  }

  /** One place for the same parts, so a schema that refers to itself has an end. */
  function shared(parts: readonly Part[]): Place | undefined {
    if (parts.length === 0) return undefined;
    const key = [...new Set(parts.map(({ schema, sometimes }) => `${idOf(schema)}${sometimes ? '?' : ''}`))].sort();
    let place = places.get(key.join());
    if (place === undefined) {
      place = placeOf(parts, false);
      places.set(key.join(), place);
    }
    return place;
  }

  function idOf(schema: unknown): number {
    const id = ids.get(schema) ?? ids.size;
    ids.set(schema, id);
    return id;
  }

  function matches(source: string, name: string): boolean {
    if (!patterns.has(source)) patterns.set(source, patternOf(source));
    const pattern = patterns.get(source);
    return pattern !== undefined && tested(pattern, name, effort) === 'matches';
  }

  /** What the parts say of one property. */
  function ofProperty({ parts }: Named, name: string): Part[] {
    const found: Part[] = [];
    for (const { schema, sometimes } of parts) {
      const before = found.length;
      const { properties, patternProperties } = schema;
      if (isRecord(properties) && Object.hasOwn(properties, name)) found.push({ schema: properties[name], sometimes });
      for (const [source, part] of Object.entries(isRecord(patternProperties) ? patternProperties : {})) {
        if (matches(source, name)) found.push({ schema: part, sometimes });
      }
      if (found.length === before) found.push(...rest(schema, 'additionalProperties', sometimes));
    }
    if (found.length > 0) return found;
    return parts.flatMap(({ schema, sometimes }) => rest(schema, 'unevaluatedProperties', sometimes));
  }

  function propertyOf(place: Place, name: string): Place | undefined {
    const { said, inside } = place;
    if (said.patterns.length > 0) return shared(ofProperty(said, name));
    // Names that nobody named all have the same said of them: the table does not grow with what callers send.
    const key = said.names?.has(name) ? `/${name}` : '';
    if (!inside.has(key)) inside.set(key, shared(ofProperty(said, name)));
    return inside.get(key);
  }

  function elementOf({ said, inside }: Place, index: number): Place | undefined {
    const key = Math.min(index, said.heads);
    if (!inside.has(key)) inside.set(key, shared(ofElement(said, key)));
    return inside.get(key);
  }

  function walk(value: unknown, place: Place | undefined): Problem | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    effort.steps += 1;
    if (effort.steps > STEPS) return TOO_MUCH;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const found = walk(value[index], place && elementOf(place, index));
        if (found !== undefined) return below(index, found);
      }
      return undefined;
    }
    for (const [name, inner] of Object.entries(value)) {
      const found = refused(name, place) ?? walk(inner, place && propertyOf(place, name));
      if (found !== undefined) return below(name, found);
    }
    return undefined;
  }

  function refused(name: string, place: Place | undefined): Problem | undefined {
    if (place?.said.names?.has(name)) return undefined;
    if (SHARED.has(name)) return problem('is not a name that a property may have');
    if (!place?.closed) return undefined;
    for (const pattern of place.said.patterns) {
      const verdict = tested(pattern, name, effort);
      if (verdict === 'matches') return undefined;
      if (verdict === 'too slow') return TOO_SLOW;
    }
    return problem('is not a property of the schema');
  }

  const top = placeOf([{ schema: root, sometimes: false }], true);
  return (value) => walk(value, top);
}

function rest(schema: Schema, keyword: string, sometimes: boolean): Part[] {
  return keyword in schema && schema[keyword] !== false ? [{ schema: schema[keyword], sometimes }] : [];
}

/** Before 2020-12 `items` could be a list, and `additionalItems` spoke of the rest. */
function ofElement({ parts }: Named, index: number): Part[] {
  const found = parts.flatMap(({ schema, sometimes }) => {
    const listed = Array.isArray(schema.items);
    const heads = listed ? schema.items : schema.prefixItems;
    if (Array.isArray(heads) && index < heads.length) return [{ schema: heads[index] as unknown, sometimes }];
    return rest(schema, listed ? 'additionalItems' : 'items', sometimes);
  });
  // What some of the elements must be names properties too, but only where something is said of all of them.
  if (found.length === 0) return found;
  return [...found, ...parts.flatMap(({ schema }) => rest(schema, 'contains', true))];
}
