import type { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { FargateDeployment } from './fargate-deployment';
import type { FargateScaling } from './fargate-scaling';

/**
 * How an ECS service on Fargate that runs an MCP server is sized, connected and deployed.
 *
 * Every container has a read-only root file system, no Linux capability, a user that is not root and no public
 * address; the only open port is the guard's, for the load balancer alone.
 */
export interface FargateHostingOptions {
  /**
   * Environment variables of the server's own code. Names beginning with `MCP_` are refused, and `PORT`. Not a place
   * for secrets: anyone who may describe the task definition reads them.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Environment variables whose values are secrets, read when a task starts. The names are bound to the same rules.
   *
   * @default - none
   */
  readonly secrets?: { [name: string]: ecs.Secret };

  /**
   * Processor units of one task, 1024 being one processor: 256, 512, 1024, 2048, 4096, 8192 or 16384.
   *
   * @default 512
   */
  readonly cpu?: number;

  /**
   * Memory of one task in MiB. Which values there are depends on `cpu`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html#task_size
   * @default 1024
   */
  readonly memoryLimitMiB?: number;

  /**
   * The processor of the tasks. An image must have been built for it; synth warns where the `platform` of one made of a
   * folder says otherwise, and nothing is verified of others.
   *
   * @default ecs.CpuArchitecture.ARM64
   */
  readonly architecture?: ecs.CpuArchitecture;

  /**
   * The user that the server's own container runs as, a number, and a group after a colon where there is one.
   * Root is refused.
   *
   * @default '1000'
   */
  readonly user?: string;

  /**
   * Folders the server may write to, absolute, each once. Each is empty when a task starts and gone when it ends. A folder belongs
   * to root unless the image has it as a `VOLUME` that belongs to `user`.
   *
   * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
   * @default - none: nothing can be written
   */
  readonly writablePaths?: string[];

  /**
   * The VPC of tasks and load balancer. Tasks need a way to the image's registry, CloudWatch Logs, DynamoDB and the
   * token issuer's keys (https) from there.
   *
   * @default - the VPC of `cluster`, or a new one over two zones that has no way to the internet: gateway endpoints for
   * S3 and DynamoDB, and interface endpoints for what the server is known to need
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of `vpc`, in two zones at least. Ones that `vpc` knows as public are refused. Where their zones are known only
   * at deploy time, or not at all (`Subnet.fromSubnetId`), synth warns; that they are private is then **not** verified.
   *
   * @default - the private subnets with a way out; without any, the isolated ones
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * The cluster the service belongs to. One that exists is imported with its VPC: `ecs.Cluster.fromClusterAttributes`.
   *
   * @default - a new one with Container Insights
   */
  readonly cluster?: ecs.ICluster;

  /**
   * Security groups of the tasks, one to five. The load balancer's is let in, and let in alone unless these say otherwise.
   *
   * @default - a new one whose tasks may reach port 443 (https) of everything their VPC has a way to; open more with
   * `server.connections`
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * The least number of tasks. ECS spreads them over the zones; with 1, the loss of its zone is an outage until another
   * has started.
   *
   * @default 2
   */
  readonly minTasks?: number;

  /**
   * The largest number of tasks. A deployment may double it for a while.
   *
   * @default 10
   */
  readonly maxTasks?: number;

  /**
   * When tasks are added.
   *
   * @default - as `FargateScaling` says
   */
  readonly scaling?: FargateScaling;

  /**
   * How a new version takes over.
   *
   * @default FargateDeployment.rolling()
   */
  readonly deployment?: FargateDeployment;

  /**
   * How long running calls have to end after a task was told to stop: from 1 to 110 seconds. Before it is told, the load
   * balancer sends nothing new and waits for running calls: five seconds more than the endpoint waits for an answer, or
   * this time where it is longer.
   *
   * @default - five seconds more than the endpoint waits for an answer, 110 seconds at most
   */
  readonly drain?: Duration;

  /**
   * How long a new task may fail the load balancer's health checks before it is replaced.
   *
   * @default Duration.seconds(60)
   */
  readonly healthCheckGracePeriod?: Duration;
}
