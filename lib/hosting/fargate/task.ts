import { type Duration, Size, Stack } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledgeAccountWideActions, acknowledgePlainVariables } from '../../private/acknowledgements';
import { checkTaskSize } from './definition-size';
import type { Settings } from './settings';

/** A task definition, with a role for the code in it and one for ECS to start it. */
export interface Task {
  readonly definition: ecs.FargateTaskDefinition;
  /** Tool code's, which the guard shares. */
  readonly role: iam.Role;
  readonly executionRole: iam.Role;
}

export function createTask(scope: Construct, settings: Settings): Task {
  const role = new iam.Role(scope, 'Role', { assumedBy: tasksOf(scope) });
  const executionRole = new iam.Role(scope, 'ExecutionRole', { assumedBy: tasksOf(scope) });
  const definition = new ecs.FargateTaskDefinition(scope, 'Task', {
    cpu: settings.cpu,
    memoryLimitMiB: settings.memoryLimitMiB,
    runtimePlatform: {
      cpuArchitecture: settings.architecture,
      operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
    },
    taskRole: role,
    executionRole,
  });
  acknowledgePlainVariables(definition);
  checkTaskSize(definition);
  return { definition, role, executionRole };
}

/** ECS for tasks of this account and region alone. */
function tasksOf(scope: Construct): iam.IPrincipal {
  const stack = Stack.of(scope);
  return new iam.ServicePrincipal('ecs-tasks.amazonaws.com').withConditions({
    StringEquals: { 'aws:SourceAccount': stack.account },
    ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'ecs', resource: '*' }) },
  });
}

export interface ContainerOptions {
  readonly image: ecs.ContainerImage;
  readonly user: string;
  readonly logGroup: logs.ILogGroup;
  readonly stopTimeout: Duration;
  readonly environment?: { [name: string]: string };
  readonly secrets?: { [name: string]: ecs.Secret };
  readonly command?: string[];
  readonly entryPoint?: string[];
  readonly healthCheck?: ecs.HealthCheck;
  readonly portMappings?: ecs.PortMapping[];
}

/** A container that can change nothing of itself and has no privilege. Whichever ends, the task ends. */
export function addContainer({ definition }: Task, id: string, options: ContainerOptions): ecs.ContainerDefinition {
  const linuxParameters = new ecs.LinuxParameters(definition, `${id}Linux`, { initProcessEnabled: true });
  linuxParameters.dropCapabilities(ecs.Capability.ALL);
  const { logGroup, ...same } = options;
  return definition.addContainer(id, {
    ...same,
    essential: true,
    privileged: false,
    readonlyRootFilesystem: true,
    linuxParameters,
    logging: logTo(logGroup, id.toLowerCase()),
  });
}

/** A log that is slow must not stop the calls; what does not fit into the buffer is lost. */
export function logTo(logGroup: logs.ILogGroup, streamPrefix: string): ecs.LogDriver {
  const mode = ecs.AwsLogDriverMode.NON_BLOCKING;
  return ecs.LogDrivers.awsLogs({ logGroup, streamPrefix, mode, maxBufferSize: Size.mebibytes(16) });
}

/** Empty folders of the task; everything else stays read-only. */
export function addWritablePaths(
  { definition }: Task,
  container: ecs.ContainerDefinition,
  paths: readonly string[],
): void {
  paths.forEach((containerPath, index) => {
    const name = `writable-${index}`;
    definition.addVolume({ name });
    container.addMountPoints({ containerPath, sourceVolume: name, readOnly: false });
  });
}

/** Called when all containers are there: the images' permissions are then in the policy. */
export function acknowledgeRegistrySignIn({ executionRole }: Task): void {
  const policy = executionRole.node.tryFindChild('DefaultPolicy');
  if (policy) acknowledgeAccountWideActions(policy, 'signing in to the registry of this account');
}
