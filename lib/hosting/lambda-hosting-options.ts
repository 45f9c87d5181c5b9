import type { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { LambdaDeployment } from './lambda-deployment';

/**
 * How the Lambda function that runs an MCP server is sized and connected. It runs Node.js 24 on arm64 with
 * a role of its own, which may write its own log group; anything else is granted by the user.
 */
export interface LambdaHostingOptions {
  /**
   * Environment variables for the server's own code. Names beginning with `MCP_` are reserved and refused.
   * Names and values of all variables together may have 4 KB. Not a place for secrets: anyone who may
   * describe the function reads them.
   *
   * @default - the guard's variables only
   */
  readonly environment?: { [name: string]: string };

  /**
   * Memory in MiB; the share of a processor grows with it.
   *
   * @default 1024 - more than half a processor, which keeps cold starts and signature checks short
   */
  readonly memorySize?: number;

  /**
   * The longest a call may take. An HTTP API gives up after 30 seconds and a REST API after 15 minutes, so a longer
   * value is refused.
   *
   * @default - 29 seconds behind an HTTP API, 5 minutes behind a REST API
   */
  readonly timeout?: Duration;

  /**
   * The most calls served at the same time, taken out of the account's concurrency: a ceiling for cost, and
   * protection for what the tools call.
   *
   * @default - the account's unreserved concurrency
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The VPC the function is attached to, for tools that reach private addresses. The function must reach the
   * token issuer's keys (https) from there, through a NAT gateway or a proxy.
   *
   * @default - the function is not in a VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of `vpc`.
   *
   * @default - the private subnets with a way out
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * Security groups of the function in `vpc`.
   *
   * @default - a new one that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Whether Lambda records traces in AWS X-Ray.
   *
   * @default true
   */
  readonly tracing?: boolean;

  /**
   * How a new version gets its traffic.
   *
   * @default LambdaDeployment.allAtOnce()
   */
  readonly deployment?: LambdaDeployment;
}
