import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { HostingBinding, HostingContext } from '../private/bindings';
import { bindFargate } from './bind-fargate';
import { bindFargateNodejs } from './bind-fargate-nodejs';
import { bindLambdaCode } from './bind-lambda-code';
import { bindNodejs } from './bind-nodejs';
import type { FargateHostingProps } from './fargate-hosting-props';
import type { FargateNodejsHostingProps } from './fargate-nodejs-props';
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

  /**
   * An ECS service on Fargate: the guard as a container of its own in front of any MCP server that speaks streamable
   * HTTP, in any language, behind an internal load balancer. The server learns from headers who calls
   * (`x-mcp-principal-id` and others), and sees no token.
   *
   * Not verified: that the image speaks MCP, listens on `port`, runs as `user`, and, where it is not made of a folder, was
   * built for `architecture`. Synth warns of a folder's image without `platform` or with another than the tasks'.
   *
   * Throws, when a server uses it, for sizes Fargate does not have, subnets that are public or in one zone, a cluster
   * without its VPC, reserved variables, sessions over several tasks, and a policy too large for a task definition (about
   * 32 KB compressed).
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
   */
  public static fargate(props: FargateHostingProps): McpHosting {
    return new McpHosting(
      new BindOnce('McpHosting.fargate', (scope, context: HostingContext) => bindFargate(scope, props, context)),
    );
  }

  /**
   * An ECS service on Fargate made from a TypeScript or JavaScript file whose default export is made by `serve()`: it is
   * its own guard, so that a task has one container. The image is built from the bundle when the app is deployed.
   *
   * Throws, when a server uses it, as `nodejs` and `fargate` do.
   */
  public static fargateNodejs(props: FargateNodejsHostingProps): McpHosting {
    return new McpHosting(
      new BindOnce('McpHosting.fargateNodejs', (scope, context: HostingContext) =>
        bindFargateNodejs(scope, props, context),
      ),
    );
  }

  private constructor(private readonly choice: BindOnce<HostingContext, HostingBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: HostingContext): HostingBinding {
    return this.choice.bind(scope, context);
  }
}
