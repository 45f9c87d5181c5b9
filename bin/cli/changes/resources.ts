import { isDeepStrictEqual } from 'node:util';
import type { Resource, Template } from '../template';
import { nameOf } from './names';
import { LASTING, PERMISSIONS, REPLACING, ROUTINE } from './replacement';

export type ChangeKind = 'removed' | 'replaced' | 'changed' | 'added';

/** What becomes of one resource. */
export interface ResourceChange {
  readonly kind: ChangeKind;
  readonly name: string;
  readonly type: string;
  readonly logicalId: string;
  /** Properties that differ. */
  readonly properties: readonly string[];
  /** Whether something goes that deploying does not bring back: data, accounts, keys, addresses. */
  readonly loses: boolean;
  /** Whether the old one stays in the account, outside of the stack. */
  readonly kept: boolean;
  /** Whether it is not known here which changes of this type replace it. */
  readonly uncertain: boolean;
}

const ORDER: readonly ChangeKind[] = ['removed', 'replaced', 'changed', 'added'];

/** What differs between two templates, the gravest first. */
export function resourceChanges(before: Template, after: Template): ResourceChange[] {
  const [old, now] = [before.Resources ?? {}, after.Resources ?? {}];
  const changes = [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((logicalId) => {
    const change = changeOf(logicalId, old[logicalId], now[logicalId]);
    return change === undefined || ROUTINE.has(change.type) || PERMISSIONS.has(change.type) ? [] : [change];
  });
  return changes.sort(
    (one, other) =>
      Number(other.loses) - Number(one.loses) ||
      ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) ||
      one.name.localeCompare(other.name),
  );
}

function changeOf(logicalId: string, old: Resource | undefined, now: Resource | undefined): ResourceChange | undefined {
  const resource = now ?? old;
  if (resource === undefined) return undefined;
  const base = { logicalId, name: nameOf(logicalId, resource), type: resource.Type, properties: [], uncertain: false };
  if (old === undefined) return { ...base, kind: 'added', loses: false, kept: false };
  const lasting = LASTING.has(old.Type);
  if (now === undefined) {
    const kept = retained(old.DeletionPolicy);
    return { ...base, kind: 'removed', loses: lasting && !kept, kept };
  }
  if (old.Type !== now.Type) return { ...base, kind: 'replaced', loses: lasting, kept: false };
  const properties = differing(old.Properties ?? {}, now.Properties ?? {});
  const attributes = (['DeletionPolicy', 'UpdateReplacePolicy', 'UpdatePolicy'] as const).filter(
    (name) => !isDeepStrictEqual(old[name], now[name]),
  );
  if (properties.length + attributes.length === 0) return undefined;
  const replacing = REPLACING[now.Type];
  const replaced = properties.some((name) => replacing?.includes(name));
  const kept = replaced && retained(now.UpdateReplacePolicy);
  return {
    ...base,
    kind: replaced ? 'replaced' : 'changed',
    properties: [...properties, ...attributes],
    loses: replaced && lasting && !kept,
    kept,
    uncertain: replacing === undefined && properties.length > 0,
  };
}

function retained(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate' || policy === 'Snapshot';
}

function differing(old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  return keysThatDiffer(old, now).map((name) => {
    const variables = name === 'Environment' ? keysThatDiffer(variablesIn(old), variablesIn(now)) : [];
    return variables.length > 0 ? `${name} (${variables.join(', ')})` : name;
  });
}

function keysThatDiffer(old: Readonly<Record<string, unknown>>, now: Readonly<Record<string, unknown>>): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (name) => !isDeepStrictEqual(old[name], now[name]),
  );
}

function variablesIn({ Environment }: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return (Environment as { Variables?: Readonly<Record<string, unknown>> } | undefined)?.Variables ?? {};
}
