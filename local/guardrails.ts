import { GuardVariable } from '../lib/private/contract';
import type { Workload } from './deployment/workloads';
import { LocalFailure } from './failure';

const VARIABLE = 'AWS_ENDPOINT_URL_BEDROCK_RUNTIME';

/**
 * Where guardrails are asked. What a guardrail finds objectionable is the service's own knowledge and not mimicked: a
 * stack with moderation runs here against an endpoint that is named, or not at all.
 */
export function guardrailEndpoint(
  workloads: readonly Workload[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const moderated = workloads.find(({ variables }) => variables[GuardVariable.guardrail] !== undefined);
  if (moderated === undefined) return {};
  const endpoint = environment[VARIABLE];
  if (endpoint === undefined) {
    throw new LocalFailure(
      `${moderated.logicalId} moderates with a Bedrock guardrail, which is not mimicked here: ` +
        `leave \`moderation\` out, or set ${VARIABLE} to what answers ApplyGuardrail`,
    );
  }
  return { BEDROCK_RUNTIME: endpoint };
}
