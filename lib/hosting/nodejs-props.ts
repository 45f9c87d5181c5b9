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
