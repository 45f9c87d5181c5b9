import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { fail } from '../private/errors';
import { encodePolicy } from '../private/policy-encoding';
import { bindLambda } from './bind-lambda';
import type { LambdaHostingOptions } from './lambda-hosting-options';

/** An MCP server that was bundled elsewhere, for example in a separate build. */
export interface LambdaCodeHostingProps extends LambdaHostingOptions {
  /**
   * The code. Its handler must come from `lambdaHandler(serve(...))`; this is **not** verified at synth,
   * because nobody can look into the code from here.
   */
  readonly code: lambda.Code;

  /**
   * The exported function, such as `index.handler`.
   */
  readonly handler: string;
}

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
