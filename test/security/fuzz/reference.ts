/** The guard's decisions once more, written as plainly as can be and with nothing compiled: what the fuzzer compares with. */

import type { Principal } from '../../../lambda/guard/principal';
import type { PolicyDocument, PolicyRule } from '../../../lib/private/contract';

type Kind = 'tools' | 'prompts' | 'resources';
type Value = Record<string, unknown>;

export const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** The messages of a text, or nothing where it is no body of JSON-RPC. */
export function messagesOf(text: string, { bytes, depth, batch }: { bytes: number; depth: number; batch: number }) {
  if (new TextEncoder().encode(text).length > bytes) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (depthOf(parsed) > depth) return undefined;
  const list: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (list.length === 0 || (Array.isArray(parsed) && list.length > batch)) return undefined;
  if (!list.every(isMessage)) return undefined;
  const ids = list.flatMap((each) => (isObject(each) && 'method' in each && each.id !== undefined ? [each.id] : []));
  if (new Set(ids).size !== ids.length) return undefined;
  return list as Value[];
}

function isMessage(value: unknown): boolean {
  if (!isObject(value) || value.jsonrpc !== '2.0') return false;
  const { id, method, params } = value;
  const goodId =
    typeof id === 'string' ? id.length <= 256 : typeof id === 'number' && Math.abs(id) < 2 ** 53 && id % 1 === 0;
  if (method === undefined) return goodId && ('result' in value || 'error' in value);
  return typeof method === 'string' && (params === undefined || isObject(params)) && (id === undefined || goodId);
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** Whether one of its parts is a step in place or up, once what stands for a point or a slash is one. */
function climbs(uri: string): boolean {
  let plain = '';
  for (let at = 0; at < uri.length; at++) {
    const code = uri.slice(at, at + 3).toLowerCase();
    const stands = code === '%2e' ? '.' : code === '%2f' || code === '%5c' ? '/' : undefined;
    plain += stands ?? (uri[at] === '\\' ? '/' : uri[at]);
    if (stands !== undefined) at += 2;
  }
  return plain.split('/').some((part) => /^\.\.?($|[?#])/.test(part));
}

/** The rule that names something: one that names it exactly, else the first that names its beginning. */
export function ruleFor({ rules }: PolicyDocument, kind: Kind, name: string): PolicyRule | undefined {
  const exact = rules.findLast((rule) => rule[kind]?.some((pattern) => !pattern.endsWith('*') && pattern === name));
  const rule =
    exact ?? rules.find((each) => each[kind]?.some((pattern) => pattern.endsWith('*') && matches(pattern, name)));
  if (kind !== 'resources') return rule;
  const odd = [...name].some((letter) => letter.charCodeAt(0) <= 0x20 || letter.charCodeAt(0) === 0x7f);
  return odd || climbs(name) ? undefined : rule;
}

function permits(rule: PolicyRule | undefined, principal: Principal): boolean {
  if (rule === undefined) return false;
  const inGroup = rule.groups === undefined || rule.groups.some((group) => principal.groups.includes(group));
  return inGroup && rule.scopes.every((scope) => principal.scopes.includes(scope));
}

const FREE = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'logging/setLevel',
];

/** Whether a principal may send a message. */
export function mayPass(message: Value, principal: Principal, policy: PolicyDocument): boolean {
  const { method } = message;
  const params = isObject(message.params) ? message.params : {};
  if (method === undefined) return true;
  if (message.id === undefined) return String(method).startsWith('notifications/');
  if (FREE.includes(String(method))) return true;
  const may = (kind: Kind, name: unknown) =>
    permits(ruleFor(policy, kind, typeof name === 'string' ? name : ''), principal);
  if (method === 'tools/call') return may('tools', params.name);
  if (method === 'prompts/get') return may('prompts', params.name);
  if (['resources/read', 'resources/subscribe', 'resources/unsubscribe'].includes(String(method))) {
    return may('resources', params.uri);
  }
  if (method === 'completion/complete') {
    const ref = isObject(params.ref) ? params.ref : {};
    return ref.type === 'ref/prompt' ? may('prompts', ref.name) : may('resources', ref.uri);
  }
  if (method === 'subscriptions/listen') {
    const wanted = isObject(params.notifications) ? params.notifications.resourceSubscriptions : undefined;
    return !Array.isArray(wanted) || wanted.every((uri) => may('resources', uri));
  }
  return false;
}

/** Whether a list shows something: a user could step up to scopes, nobody steps up to groups. */
export function mayEverPass(kind: Kind, name: string, principal: Principal, policy: PolicyDocument): boolean {
  const rule = ruleFor(policy, kind, name);
  const scopes = principal.kind === 'user' ? (rule?.scopes ?? []) : principal.scopes;
  return permits(rule, { ...principal, scopes });
}
