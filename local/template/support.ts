import { LocalFailure } from '../failure';
import type { ResourceType } from './types/resource-type';

/**
 * Walks a resource's properties and refuses the first that the type's table does not know: a property that is
 * ignored silently would make what runs here differ from what is deployed. What has no effect here is not even
 * resolved. Returns what must be said on the screen.
 */
export function checkSupport(
  logicalId: string,
  typeName: string,
  type: ResourceType,
  properties: Readonly<Record<string, unknown>>,
  resolved: (property: string) => unknown,
): string[] {
  const notes = new Map<string, string[]>();
  const walk = (value: unknown, path: readonly string[]): void => {
    const note = type.noted?.[path.join('.')];
    if (covers(type.honoured, path) || covers(type.inert, path)) return;
    if (note) {
      notes.set(note, [...new Set([...(notes.get(note) ?? []), path.join('.')])]);
    } else if (Array.isArray(value)) {
      for (const element of value) walk(element, path);
    } else if (typeof value === 'object' && value !== null && leadsTo(type, path)) {
      for (const [name, member] of Object.entries(value)) walk(member, [...path, name]);
    } else if (value !== undefined) {
      throw new LocalFailure(
        `property ${path.join('.')} of ${logicalId} (${typeName}) cannot be honoured here: leave it out, or add it to the type's table in local/template/types`,
      );
    }
  };
  for (const name of Object.keys(properties)) {
    if (!covers(type.inert, [name])) walk(resolved(name), [name]);
  }
  return [...notes].map(([note, paths]) => `${logicalId} (${paths.join(', ')}): ${note}`);
}

function covers(known: readonly string[], path: readonly string[]): boolean {
  return known.some((candidate) => candidate === '*' || (sameLength(candidate, path) && begins(candidate, path)));
}

function leadsTo(type: ResourceType, path: readonly string[]): boolean {
  const known = [...type.honoured, ...type.inert, ...Object.keys(type.noted ?? {})];
  return known.some((candidate) => candidate.split('.').length > path.length && begins(candidate, path));
}

function sameLength(candidate: string, path: readonly string[]): boolean {
  return candidate.split('.').length === path.length;
}

/** `*` stands for one name, the key of a free map. */
function begins(candidate: string, path: readonly string[]): boolean {
  const parts = candidate.split('.');
  return path.every((name, index) => parts[index] === '*' || parts[index] === name);
}
