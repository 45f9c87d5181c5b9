import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { bundleServer, withFolder } from '../private/bundling';
import { encodePolicy, POLICY_FILE } from '../private/policy-encoding';
import { bindLambda } from './bind-lambda';
import type { NodejsHostingProps } from './nodejs-props';

/** Bundles the entry behind the guard; a large policy travels in the bundle. */
export function bindNodejs(scope: Construct, props: NodejsHostingProps, context: HostingContext): HostingBinding {
  const bundle = bundleServer(scope, {
    entry: props.entry,
    minify: props.bundling?.minify ?? true,
    sourceMap: props.bundling?.sourceMap ?? false,
    externalModules: props.bundling?.externalModules ?? [],
    runsIn: context.endpoint.kind === 'rest-api' ? 'streaming function' : 'function',
  });
  const policy = encodePolicy(context.policy);
  const files = policy.file === undefined ? bundle : new Map([...bundle, [POLICY_FILE, policy.file]]);
  return withFolder(scope, files, (folder) => {
    const code = lambda.Code.fromAsset(folder);
    const { variable: policyVariable, metadata: policyMetadata } = policy;
    return bindLambda(scope, { ...props, code, handler: 'index.handler', policyVariable, policyMetadata }, context);
  });
}
