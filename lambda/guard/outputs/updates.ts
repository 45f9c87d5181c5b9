/** Notifications that name something: who may not read it is not told of it either. */
import { isRecord } from '../message';
import { groupsAllow, type Policy, scopesMissing } from '../policy';
import type { Principal } from '../principal';

/** Whether a notification may go to this principal; lists that changed say nothing of what is in them. */
export function mayBeTold(
  message: Record<string, unknown>,
  { policy, principal }: { readonly policy: Policy; readonly principal: Principal },
): boolean {
  if (message.method !== 'notifications/resources/updated') return true;
  const uri = isRecord(message.params) ? message.params.uri : undefined;
  const rule = typeof uri === 'string' ? policy.ruleFor('resource', uri) : undefined;
  return rule !== undefined && groupsAllow(rule, principal) && scopesMissing(rule, principal).length === 0;
}
