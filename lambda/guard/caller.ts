/** The principal as tool code gets it: with what its headers address, and a way to tokens for other services. */
import type { GuardConfig } from './config';
import { contextOf } from './context-headers';
import { derivedTokens, keepSubject } from './downstream/derived-tokens';
import { frozen, type Principal } from './principal';

export type CallerOf = (principal: Principal, headers: Headers) => Principal;

export function callers(config: GuardConfig): CallerOf {
  const { contextHeaders = [], downstream = [] } = config.policy;
  if (contextHeaders.length === 0 && downstream.length === 0) return (principal) => principal;
  const tokens = downstream.length > 0 ? derivedTokens(config) : undefined;
  return (principal, headers) => {
    // An object of its own for each request: what is kept for one is not found through another.
    const caller = frozen({ ...principal, context: contextOf(contextHeaders, headers) });
    if (tokens !== undefined) keepSubject(caller, headers, tokens);
    return caller;
  };
}
