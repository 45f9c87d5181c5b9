import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { fail } from '../private/errors';
import { encodePolicy } from '../private/policy-encoding';
import { bindLambda } from './bind-lambda';
import type { LambdaCodeHostingProps } from './lambda-code-props';

/** Runs code as it is; a policy too large for the environment has nowhere to go. */
export function bindLambdaCode(
  scope: Construct,
  props: LambdaCodeHostingProps,
  context: HostingContext,
): HostingBinding {
  const policy = encodePolicy(context.policy);
  if (policy.file !== undefined) {
    fail(
      scope,
      `the policy has ${policy.file.length} bytes and does not fit into the environment: ` +
        'use McpHosting.nodejs, which puts it into the bundle, or shorten `access` with a trailing `*`',
    );
  }
  return bindLambda(scope, { ...props, policyVariable: policy.variable }, context);
}
