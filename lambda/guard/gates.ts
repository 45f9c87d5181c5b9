/** Conditions that a server may add to what the policy allows: each passes a body whole or refuses it. */
import type { Admitted } from './admission';
import type { GuardConfig } from './config';
import { contextHeaderGate } from './context-headers';
import { rateLimitGate } from './rate/rate-limits';
import type { Result } from './result';
import { argumentsGate } from './tools/arguments';
import type { ToolCatalogue } from './tools/tools';

export interface GateFacts {
  readonly headers: Headers;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Gate = (admitted: Admitted, facts: GateFacts) => Result<void> | Promise<Result<void>>;

/** The gates of this server, in their order. */
export function gatesOf(config: GuardConfig, tools?: ToolCatalogue): readonly Gate[] {
  return [contextHeaderGate(config), rateLimitGate(config), argumentsGate(config.policy, tools)].filter(
    (gate) => gate !== undefined,
  );
}
