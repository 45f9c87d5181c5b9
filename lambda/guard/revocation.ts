/**
 * Is the grant behind a token alive? Tokens that carry no grant of the broker (machine tokens, tokens of a
 * provider without one) have nothing to look up and pass.
 */
import type { Principal } from './principal';
import { ok, type Result } from './result';

export type Revocation = (principal: Principal, now: number) => Result<void> | Promise<Result<void>>;

/** For servers without a broker: nothing knows of a grant, tokens live until they expire. */
export const noGrants: Revocation = () => ok(undefined);
