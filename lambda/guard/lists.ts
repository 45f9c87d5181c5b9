/** Lists show a caller what it may call, or could after stepping up, and nothing else. */
import { isRecord } from './message';
import { type Policy, visible } from './policy';
import type { Principal } from './principal';
import type { TargetKind } from './refusal';

interface List {
  readonly kind: TargetKind;
  /** The property of the result that holds the list. */
  readonly items: string;
  /** The property of an item that rules name. */
  readonly name: string;
}

const LISTS: ReadonlyMap<string, List> = new Map([
  ['tools/list', { kind: 'tool', items: 'tools', name: 'name' }],
  ['prompts/list', { kind: 'prompt', items: 'prompts', name: 'name' }],
  ['resources/list', { kind: 'resource', items: 'resources', name: 'uri' }],
  ['resources/templates/list', { kind: 'resource', items: 'resourceTemplates', name: 'uriTemplate' }],
]);

export function isList(method: string): boolean {
  return LISTS.has(method);
}

/** The result of a list method as this principal may see it; it must not be cached for another. */
export function filterList(method: string, result: Record<string, unknown>, policy: Policy, principal: Principal) {
  const list = LISTS.get(method);
  if (list === undefined) return result;
  const items = result[list.items];
  const shown = Array.isArray(items) ? items.filter((item) => shows(item, list, policy, principal)) : [];
  return { ...result, [list.items]: shown, ...('cacheScope' in result && { cacheScope: 'private' }) };
}

function shows(item: unknown, list: List, policy: Policy, principal: Principal): boolean {
  const name = isRecord(item) ? item[list.name] : undefined;
  return typeof name === 'string' && visible(policy, list.kind, name, principal);
}
