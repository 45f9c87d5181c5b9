/** What leaves the guard's outputs, for a policy and a message. */

import type { Message } from '../../lambda/guard/message';
import { type OutputPolicy, outputPolicyOf } from '../../lambda/guard/outputs/output-policy';
import { type OutputFacts, outgoingAnswer } from '../../lambda/guard/outputs/outputs';
import { compilePolicy } from '../../lambda/guard/policy';
import type { PolicyDocument } from '../../lib/private/contract';
import { CONFIG, USER } from './guard';

export const asking = (method = 'tools/call', params: object = { name: 'list_notes' }): Message => ({
  kind: 'request',
  id: 1,
  method,
  params: params as Record<string, unknown>,
});

export function policyWith(outputs: PolicyDocument['outputs'], guardrail?: string): OutputPolicy {
  return outputPolicyOf({ policy: { ...CONFIG.policy, outputs }, guardrail }, {});
}

export function factsFor(outputs: OutputPolicy = policyWith({}), asked: Message = asking()): OutputFacts {
  return {
    policy: compilePolicy(CONFIG.policy),
    principal: USER,
    requests: new Map([[asked.id, asked]]),
    errorId: 'error-1',
    maxBytes: 10_000_000,
    outputs,
  };
}

/** The result as a client gets it, and what was counted. */
export function leaving(result: unknown, outputs?: OutputPolicy, asked: Message = asking()) {
  const out = outgoingAnswer(JSON.stringify({ jsonrpc: '2.0', id: 1, result }), asked, factsFor(outputs, asked));
  return { ...out, result: JSON.parse(out.text).result };
}

export const said = (...texts: string[]) => ({ content: texts.map((text) => ({ type: 'text', text })) });
