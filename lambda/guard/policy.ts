/** The policy document, compiled once: which rule, if any, names a tool, prompt or resource. */
import type { PolicyDocument, PolicyRule } from '../../lib/private/contract';
import type { Principal } from './principal';
import type { TargetKind } from './refusal';

export interface CompiledRule {
  /** All of these, unqualified. */
  readonly scopes: readonly string[];
  /** One of these; undefined: no group is asked for. */
  readonly groups?: ReadonlySet<string>;
}

export interface Policy {
  /** The rule that names `name`; undefined: none does, and it is denied. */
  ruleFor(kind: TargetKind, name: string): CompiledRule | undefined;
}

export function compilePolicy(document: PolicyDocument): Policy {
  const tables = {
    tool: table(document.rules, (rule) => rule.tools),
    prompt: table(document.rules, (rule) => rule.prompts),
    resource: table(document.rules, (rule) => rule.resources),
  };
  return {
    ruleFor(kind, name) {
      const { exact, prefixes } = tables[kind];
      const rule = exact.get(name) ?? prefixes.find(({ prefix }) => name.startsWith(prefix))?.rule;
      // A prefix of URIs must not be left again by climbing out of it.
      return kind === 'resource' && rule !== undefined && (changesWhenParsed(name) || climbs(name)) ? undefined : rule;
    },
  };
}

/** Whether a rule's groups let this principal pass; machines have none. */
export function groupsAllow(rule: CompiledRule, principal: Principal): boolean {
  return rule.groups === undefined || principal.groups.some((group) => rule.groups?.has(group));
}

/** The scopes a rule asks for that the principal's token lacks. */
export function scopesMissing(rule: CompiledRule, principal: Principal): readonly string[] {
  return rule.scopes.filter((scope) => !principal.scopes.includes(scope));
}

/**
 * Whether a list shows this name to the principal: groups allow it, and the scopes are held or, for a user,
 * could still be obtained by stepping up. A machine's scopes are fixed, so what it lacks it never sees.
 */
export function visible(policy: Policy, kind: TargetKind, name: string, principal: Principal): boolean {
  const rule = policy.ruleFor(kind, name);
  if (rule === undefined || !groupsAllow(rule, principal)) return false;
  return principal.kind === 'user' || scopesMissing(rule, principal).length === 0;
}

interface Table {
  readonly exact: ReadonlyMap<string, CompiledRule>;
  readonly prefixes: readonly { readonly prefix: string; readonly rule: CompiledRule }[];
}

function table(rules: readonly PolicyRule[], names: (rule: PolicyRule) => readonly string[] | undefined): Table {
  const exact = new Map<string, CompiledRule>();
  const prefixes: { prefix: string; rule: CompiledRule }[] = [];
  for (const rule of rules) {
    const compiled = { scopes: rule.scopes, groups: rule.groups && new Set(rule.groups) };
    for (const name of names(rule) ?? []) {
      if (name.endsWith('*')) prefixes.push({ prefix: name.slice(0, -1), rule: compiled });
      else exact.set(name, compiled);
    }
  }
  return { exact, prefixes };
}

/** Parsers drop these wherever they stand, so a URI with one would be judged as another than is read. */
function changesWhenParsed(uri: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return /[\u0000-\u0020\u007f]/.test(uri);
}

function climbs(uri: string): boolean {
  return /(^|[/\\])\.\.?([/\\?#]|$)/.test(uri.replace(/%2e/gi, '.').replace(/%2f/gi, '/').replace(/%5c/gi, '\\'));
}
