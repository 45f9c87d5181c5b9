import type { Duration } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledgeAccountWideActions, acknowledgeNoDeadLetters } from './acknowledgements';
import type { StateOptions } from './bindings';
import { checkEnvironmentSize } from './environment';
import { createLogGroup } from './log-group';

export interface LeastPrivilegeFunctionProps {
  readonly code: lambda.Code;
  readonly handler: string;
  readonly description: string;
  readonly environment: Readonly<Record<string, string>>;
  /** What to do when the environment is too large. */
  readonly environmentAdvice: string;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly tracing: boolean;
  readonly state: StateOptions;
  /** Why nothing keeps what the function fails at, where it is not API Gateway that invokes it. */
  readonly noDeadLetters?: string;
  readonly reservedConcurrentExecutions?: number;
  readonly vpc?: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
  readonly securityGroups?: ec2.ISecurityGroup[];
}

/** A function with a role of its own that may write its own log group and nothing else. */
export class LeastPrivilegeFunction extends Construct {
  public readonly function: lambda.Function;
  public readonly role: iam.Role;
  public readonly logGroup: logs.LogGroup;
  public readonly memorySize: number;

  public constructor(scope: Construct, id: string, props: LeastPrivilegeFunctionProps) {
    super(scope, id);
    this.memorySize = props.memorySize;
    this.logGroup = createLogGroup(this, 'Logs', props.state);
    this.role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    // Policies are children of the role, so that the function waits for them.
    new iam.Policy(this.role, 'Logging', { roles: [this.role], statements: [writeTo(this.logGroup)] });
    if (props.tracing) this.allow('Tracing', 'sending trace segments to X-Ray', TRACING_ACTIONS);
    if (props.vpc) this.allow('Network', 'attaching the function to the VPC', NETWORK_ACTIONS);

    this.function = new lambda.Function(this, 'Function', {
      code: props.code,
      handler: props.handler,
      description: props.description,
      environment: { ...props.environment },
      memorySize: props.memorySize,
      timeout: props.timeout,
      reservedConcurrentExecutions: props.reservedConcurrentExecutions,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      role: this.role,
      logGroup: this.logGroup,
      loggingFormat: lambda.LoggingFormat.JSON,
    });
    if (props.tracing) {
      // Not through the L2, which would write its wildcard into the policy that a user's grants share.
      (this.function.node.defaultChild as lambda.CfnFunction).tracingConfig = { mode: lambda.Tracing.ACTIVE };
    }
    acknowledgeNoDeadLetters(this.function, props.noDeadLetters);
    checkEnvironmentSize(this.function, props.environmentAdvice);
  }

  private allow(id: string, what: string, actions: string[]): void {
    const statement = new iam.PolicyStatement({ actions, resources: ['*'] });
    const policy = new iam.Policy(this.role, id, { roles: [this.role], statements: [statement] });
    acknowledgeAccountWideActions(policy, what);
  }
}

function writeTo(logGroup: logs.LogGroup): iam.PolicyStatement {
  return new iam.PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [logGroup.logGroupArn],
  });
}

const TRACING_ACTIONS = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const NETWORK_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
