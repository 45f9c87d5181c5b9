/** Lists show a caller what it may call, or could after stepping up, and nothing else. */
import { isRecord } from '../message';
import { type Policy, visible } from '../policy';
import type { Principal } from '../principal';
import type { TargetKind } from '../refusal';
import type { ToolCatalogue } from '../tools/tools';

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

export interface ListFacts {
  readonly policy: Policy;
  readonly principal: Principal;
  /** Knows which tools ask for credentials: those are not shown. */
  readonly tools?: ToolCatalogue;
}

/**
 * The result of a list method as this principal may see it. A page may come out empty: its cursor stays, and leads to
 * pages that are filtered in their turn.
 */
export function filterList(method: string, result: Record<string, unknown>, facts: ListFacts) {
  const list = LISTS.get(method);
  if (list === undefined) return result;
  const { policy, principal, tools } = facts;
  const items = result[list.items];
  const withheld = (item: unknown) => list.kind === 'tool' && tools?.listed(item)?.asks !== undefined;
  const shown = Array.isArray(items)
    ? items.filter((item) => shows(item, list, policy, principal) && !withheld(item))
    : [];
  return { ...result, [list.items]: shown };
}

/** What depends on the caller must not be cached for another; revisions that know no `cacheScope` have none. */
export function keptPrivate(method: string, result: Record<string, unknown>): Record<string, unknown> {
  const cacheable =
    'cacheScope' in result || ('resultType' in result && (isList(method) || method === 'resources/read'));
  return cacheable ? { ...result, cacheScope: 'private' } : result;
}

function shows(item: unknown, list: List, policy: Policy, principal: Principal): boolean {
  const name = isRecord(item) ? item[list.name] : undefined;
  return typeof name === 'string' && visible(policy, list.kind, name, principal);
}
