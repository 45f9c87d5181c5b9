/**
 * May this principal send this message? Decided on the body, message by message; a body with one message
 * that is refused is refused whole, and nothing of it runs.
 */

import { isModern, isRemoved } from './era';
import type { Message } from './message';
import { groupsAllow, type Policy, scopesMissing } from './policy';
import type { Principal } from './principal';
import type { Refusal } from './refusal';
import { type Target, targetsOf } from './target';

export interface Decision {
  readonly message: Message;
  /** What the message addresses first; undefined where it names nothing. */
  readonly target?: Target;
  /** Why the message is refused; undefined: it may pass. */
  readonly refusal?: Refusal;
}

/** Decides one message. `scopePrefix` makes scopes what they are on the wire. */
export function authorize(message: Message, principal: Principal, policy: Policy, scopePrefix: string): Decision {
  // A response answers a question the server asked; a notification of the protocol asks for nothing.
  if (message.kind === 'response') return { message };
  if (message.kind === 'notification') {
    const known = message.method.startsWith('notifications/');
    return known ? { message } : { message, refusal: { reason: 'method_unknown' } };
  }
  const modern = isModern(message) || undefined;
  const targets = isRemoved(message) ? undefined : targetsOf(message);
  if (targets === undefined) return { message, refusal: { reason: 'method_unknown', modern } };
  const missing = new Set<string>();
  for (const { kind, name } of targets) {
    const rule = policy.ruleFor(kind, name);
    if (rule === undefined) return refused(message, targets, { reason: 'no_rule', kind, name, modern });
    if (!groupsAllow(rule, principal))
      return refused(message, targets, { reason: 'group_missing', kind, name, modern });
    for (const scope of scopesMissing(rule, principal)) missing.add(scope);
  }
  if (missing.size === 0) return { message, target: targets[0] };
  return refused(message, targets, {
    reason: 'insufficient_scope',
    scopes: wireScopes(missing, principal, scopePrefix),
  });
}

/** A client that steps up asks for what the challenge names, so what it holds is named too. */
function wireScopes(missing: ReadonlySet<string>, principal: Principal, prefix: string): string[] {
  return [...new Set([...principal.scopes, ...missing])].map((scope) => `${prefix}${scope}`);
}

function refused(message: Message, targets: readonly Target[], refusal: Refusal): Decision {
  return { message, target: targets[0], refusal };
}

/** The refusal that answers for the whole body: a scope challenge names the scopes of every message. */
export function overallRefusal(decisions: readonly Decision[]): Refusal | undefined {
  const refusals = decisions.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal]));
  const hard = refusals.find(({ reason }) => reason !== 'insufficient_scope');
  if (hard !== undefined) return hard;
  const scopes = refusals.flatMap((refusal) => (refusal.reason === 'insufficient_scope' ? refusal.scopes : []));
  return scopes.length === 0 ? undefined : { reason: 'insufficient_scope', scopes: [...new Set(scopes)] };
}
