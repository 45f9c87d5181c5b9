/** Bounds on a tool's arguments that hold whatever its schema says. */
import { below, type Problem, problem } from './problem';

export interface ArgumentBounds {
  /** Elements of one array. */
  readonly arrayLength: number;
  /** Characters of one text, names of properties included. */
  readonly stringLength: number;
}

/**
 * Ways to what all objects of the process share, with which careless code changes every one of them. `constructor` and
 * `prototype` alone are words: whether they may be names is for the schema to say.
 */
function reachesPrototype(name: string, value: unknown): boolean {
  return (
    name === '__proto__' ||
    (name === 'constructor' && typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype'))
  );
}

/** @returns the first thing out of bounds; the nesting was bounded when the body was read. */
export function outOfBounds(value: unknown, bounds: ArgumentBounds): Problem | undefined {
  if (typeof value === 'string') {
    return value.length > bounds.stringLength ? problem(`is longer than ${bounds.stringLength} characters`) : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if (value.length > bounds.arrayLength) return problem(`has more than ${bounds.arrayLength} elements`);
    for (let index = 0; index < value.length; index++) {
      const found = outOfBounds(value[index], bounds);
      if (found !== undefined) return below(index, found);
    }
    return undefined;
  }
  for (const name of Object.keys(value)) {
    if (reachesPrototype(name, (value as Record<string, unknown>)[name]))
      return below(name, problem('is not a name that a property may have'));
    if (name.length > bounds.stringLength) {
      return below(name, problem(`has a name longer than ${bounds.stringLength} characters`));
    }
    const found = outOfBounds((value as Record<string, unknown>)[name], bounds);
    if (found !== undefined) return below(name, found);
  }
  return undefined;
}
