/** References inside one schema. Nothing is ever fetched: what lies elsewhere is not resolved. */
import { isRecord } from '../message';

export type Schema = Readonly<Record<string, unknown>>;

/** What a reference leads to; undefined: not inside this schema. */
export type Resolve = (reference: unknown) => unknown;

export function resolverOf(root: unknown): Resolve {
  const known = new Map<unknown, unknown>();
  return (reference) => {
    if (!known.has(reference)) known.set(reference, resolve(root, reference));
    return known.get(reference);
  };
}

function resolve(root: unknown, reference: unknown): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#')) return undefined;
  const fragment = decoded(reference.slice(1));
  if (fragment === '') return root;
  if (!fragment.startsWith('/')) return anchored(root, fragment, new Set());
  return fragment
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Schema)[name] : undefined,
      root,
    );
}

function anchored(value: unknown, name: string, seen: Set<unknown>): unknown {
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined;
  seen.add(value);
  if (isRecord(value) && value.$anchor === name) return value;
  for (const part of Object.values(value)) {
    const found = anchored(part, name, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
