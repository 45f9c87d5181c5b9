import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { FargateHostingOptions } from './fargate-hosting-options';

/** An MCP server in a container, in any language, that speaks streamable HTTP. */
export interface FargateHostingProps extends FargateHostingOptions {
  /**
   * The server's image, built for `architecture`. With a VPC made here it comes from Amazon ECR:
   * `ecs.ContainerImage.fromAsset(folder, { platform: Platform.LINUX_ARM64 })` or `.fromEcrRepository`.
   *
   * Without `platform` an image made of a folder is built for the machine that builds it. Synth warns where it is left out
   * or is another than the tasks'; of other images this is **not** verified.
   */
  readonly image: ecs.ContainerImage;

  /**
   * The port the server listens on. It reads it from the variable `PORT` too. Listening on 127.0.0.1 is enough, and
   * the port is open to nobody but the guard: security groups let the load balancer reach the guard's port alone.
   */
  readonly port: number;

  /**
   * The path of the server's MCP endpoint.
   *
   * @default '/mcp'
   */
  readonly path?: string;

  /**
   * What the container runs, instead of what the image says.
   *
   * @default - the image's `CMD`
   */
  readonly command?: string[];

  /**
   * What `command` is handed to.
   *
   * @default - the image's `ENTRYPOINT`
   */
  readonly entryPoint?: string[];

  /**
   * A command inside the server's container that ends with 0 when it is ready, such as
   * `['CMD', 'node', 'healthy.js']`; not empty. The guard then starts after it, and a task whose server fails it is replaced.
   *
   * @default - none: the guard's own health check connects to the server's port
   */
  readonly healthCommand?: string[];
}
