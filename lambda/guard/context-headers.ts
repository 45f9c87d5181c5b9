/**
 * Headers that address a project, an environment or a tenant: what they say must be what a claim of the token says, to
 * the letter. Decided on every request, those that begin a session included; a missing header is let pass on these
 * alone, because clients give up on a server whose discovery answers 403.
 */
import type { ContextHeaderRule } from '../../lib/private/contract';
import type { GuardConfig } from './config';
import type { Gate } from './gates';
import type { Message } from './message';
import type { Principal } from './principal';
import { ok, type Result, refuse } from './result';

/** Requests that act on nothing. */
const BEGINNINGS: ReadonlySet<string> = new Set(['initialize', 'server/discover', 'ping']);

/** Printable ASCII; a comma is how a header that was sent twice arrives, so no value has one. */
const VALUE = /^[\x20-\x2b\x2d-\x7e]{1,256}$/;

export function contextHeaderGate({ policy }: GuardConfig): Gate | undefined {
  const rules = policy.contextHeaders ?? [];
  if (rules.length === 0) return undefined;
  return ({ body, principal }, { headers }) => decideContext(rules, headers, principal, body.messages);
}

/** Whether every header says what the token is for. */
export function decideContext(
  rules: readonly ContextHeaderRule[],
  headers: Headers,
  principal: Principal,
  messages: readonly Message[],
): Result<void> {
  const begins = messages.length > 0 && messages.every(({ method }) => BEGINNINGS.has(method));
  for (const { header, claim, required } of rules) {
    const value = headers.get(header);
    const holds = value === null ? !required || begins : VALUE.test(value) && says(principal.claims, claim, value);
    if (!holds) return refuse({ reason: 'context_header', header });
  }
  return ok(undefined);
}

/** The values that are there; that they are right is for `decideContext` to say. */
export function contextOf(rules: readonly ContextHeaderRule[], headers: Headers): Principal['context'] {
  const given = rules.flatMap(({ header }) => {
    const value = headers.get(header);
    return value === null ? [] : [[header, value]];
  });
  return Object.freeze(Object.fromEntries(given));
}

/** A claim of one value, or a list of which it is one. */
function says(claims: Principal['claims'], claim: string, value: string): boolean {
  const said = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return said === value || (Array.isArray(said) && said.includes(value));
}
