import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { LambdaHostingOptions } from './lambda-hosting-options';

/** An MCP server that was bundled elsewhere, for example in a separate build. */
export interface LambdaCodeHostingProps extends LambdaHostingOptions {
  /**
   * The code. Its handler must come from `lambdaHandler(serve(...))`, behind `McpEndpoint.restApi` from
   * `streamingLambdaHandler(serve(...))`; this is **not** verified at synth, because nobody can look into the code from
   * here.
   */
  readonly code: lambda.Code;

  /**
   * The exported function, such as `index.handler`.
   */
  readonly handler: string;
}
