/** Conditions that a server may add to what the policy allows: each passes a body whole or refuses it. */
import type { Admitted } from './admission';
import type { GuardConfig } from './config';
import type { Result } from './result';

export interface GateFacts {
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Gate = (admitted: Admitted, facts: GateFacts) => Result<void> | Promise<Result<void>>;

/** The gates of this server, in their order. */
export function gatesOf(_config: GuardConfig): readonly Gate[] {
  return [];
}
