/** What may leave this server, compiled once at start from the policy. */
import type { Environment } from '../../environment';
import type { GuardConfig } from '../config';
import { type Links, linksOf } from './links';
import { bedrockModeration, type Moderation } from './moderation';
import { type Redactor, redactor } from './redact';

export interface OutputPolicy {
  readonly redactor: Redactor;
  readonly links: Links;
  /** Bytes of one message; undefined: the guard's default. */
  readonly bytes?: number;
  readonly moderation?: Moderation;
}

/** What holds where a policy says nothing. */
export const DEFAULT_OUTPUT_POLICY: OutputPolicy = { redactor: redactor(), links: linksOf({ rules: [] }) };

/** @throws when the policy asks for something this runtime does not know or was not given. */
export function outputPolicyOf(
  { policy, guardrail }: Pick<GuardConfig, 'policy' | 'guardrail'>,
  environment: Environment = process.env,
): OutputPolicy {
  const { outputs } = policy;
  return {
    redactor: redactor(outputs),
    links: linksOf(policy),
    bytes: outputs?.bytes,
    moderation: outputs?.moderation && bedrockModeration(guardrail, outputs.moderation.onFailure, environment),
  };
}
