import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { bindLambdaCode } from './bind-lambda-code';
import { bindNodejs } from './bind-nodejs';
import type { LambdaCodeHostingProps } from './lambda-code-props';
import type { NodejsHostingProps } from './nodejs-props';

/**
 * Where an MCP server runs. Every choice puts the guard in front of it. An existing function cannot be
 * used: nobody could say that it is guarded.
 */
export class McpHosting {
  /**
   * A Lambda function made from a TypeScript or JavaScript file whose default export is made by `serve()`.
   * The file is bundled at synth with the project's own esbuild; the bundle's entry is this library's, which
   * refuses to start with a default export of another kind.
   *
   * Throws, when a server uses it, if the file or esbuild is missing or the file cannot be bundled.
   */
  public static nodejs(props: NodejsHostingProps): McpHosting {
    return new McpHosting(
      new BindOnce('McpHosting.nodejs', (scope, context: HostingContext) => bindNodejs(scope, props, context)),
    );
  }

  /**
   * A Lambda function made from code that was bundled before. Not verified: that its handler is guarded.
   *
   * Throws, when a server uses it, if the policy is too large for the environment (about 3 KB compressed).
   */
  public static lambdaCode(props: LambdaCodeHostingProps): McpHosting {
    return new McpHosting(
      new BindOnce('McpHosting.lambdaCode', (scope, context: HostingContext) => bindLambdaCode(scope, props, context)),
    );
  }

  private constructor(private readonly choice: BindOnce<HostingContext, HostingBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: HostingContext): HostingBinding {
    return this.choice.bind(scope, context);
  }
}
