import type { FargateHostingOptions } from './fargate-hosting-options';
import type { NodejsBundlingOptions } from './nodejs-props';

/** An MCP server in TypeScript or JavaScript that this library bundles, and that is its own guard. */
export interface FargateNodejsHostingProps extends FargateHostingOptions {
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
