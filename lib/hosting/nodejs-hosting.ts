import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { bundleServer, withFolder } from '../private/bundling';
import { encodePolicy, POLICY_FILE } from '../private/policy-encoding';
import { bindLambda } from './bind-lambda';
import type { LambdaHostingOptions } from './lambda-hosting-options';

/** How the server's code becomes a bundle. */
export interface NodejsBundlingOptions {
  /**
   * Whether the bundle is minified. Names of functions and classes are kept either way.
   *
   * @default true
   */
  readonly minify?: boolean;

  /**
   * Whether a source map is put beside the bundle. Lambda reads it only with `NODE_OPTIONS` set to
   * `--enable-source-maps`, which slows exceptions down.
   *
   * @default false
   */
  readonly sourceMap?: boolean;

  /**
   * Modules left out of the bundle because something else provides them, such as a layer.
   *
   * @default - everything is bundled, the AWS SDK included: it loads faster than the runtime's copy
   */
  readonly externalModules?: string[];
}

/** An MCP server in TypeScript or JavaScript that this library bundles. */
export interface NodejsHostingProps extends LambdaHostingOptions {
  /**
   * The file whose default export is made by `serve()`, relative to the folder the app runs in.
   */
  readonly entry: string;

  /**
   * How it is bundled.
   *
   * @default - minified, no source map, nothing left out
   */
  readonly bundling?: NodejsBundlingOptions;
}

/** Bundles the entry behind the guard; a large policy travels in the bundle. */
export function bindNodejs(scope: Construct, props: NodejsHostingProps, context: HostingContext): HostingBinding {
  const bundle = bundleServer(scope, {
    entry: props.entry,
    minify: props.bundling?.minify ?? true,
    sourceMap: props.bundling?.sourceMap ?? false,
    externalModules: props.bundling?.externalModules ?? [],
  });
  const policy = encodePolicy(context.policy);
  const files = policy.file === undefined ? bundle : new Map([...bundle, [POLICY_FILE, policy.file]]);
  return withFolder(files, (folder) => {
    const code = lambda.Code.fromAsset(folder);
    return bindLambda(scope, { ...props, code, handler: 'index.handler', policyVariable: policy.variable }, context);
  });
}
