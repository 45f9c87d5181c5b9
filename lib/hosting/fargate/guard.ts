import { Duration } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { addCollector } from '../../observability/collector';
import type { HostingContext } from '../../private/bindings';
import { GUARD_PORT, GuardVariable, REQUEST_ID_HEADER, SidecarVariable } from '../../private/contract';
import { fail } from '../../private/errors';
import { encodePolicyForTask } from '../../private/policy-encoding';
import type { Settings } from './settings';
import { addContainer, logTo, type Task } from './task';

export interface GuardOptions {
  readonly image: ecs.ContainerImage;
  readonly user: string;
  readonly logGroup: logs.ILogGroup;
  /** Beside what every guard is told. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets?: { [name: string]: ecs.Secret };
  readonly settings: Settings;
  readonly context: HostingContext;
}

/** The container whose port is open: the guard, alone or with the server in it. */
export function addGuard(task: Task, options: GuardOptions): ecs.ContainerDefinition {
  const { settings, context } = options;
  const policy = encodePolicyForTask(context.policy);
  if (policy === undefined) {
    fail(
      task.definition,
      'the policy does not fit into a task definition: shorten `access` with a trailing `*`, or divide the server',
    );
  }
  const collector = context.collector
    ? addCollector(task.definition, {
        platform: platformOf(settings.architecture),
        logging: logTo(options.logGroup, 'collector'),
      })
    : undefined;
  return addContainer(task, 'Guard', {
    image: options.image,
    user: options.user,
    logGroup: options.logGroup,
    secrets: options.secrets,
    environment: {
      ...options.environment,
      ...context.environment,
      ...collector?.environment,
      [GuardVariable.policy]: policy,
      [SidecarVariable.port]: String(GUARD_PORT),
      [SidecarVariable.drainSeconds]: String(settings.drain.toSeconds()),
      [SidecarVariable.answerSeconds]: String(settings.answer.toSeconds()),
      [SidecarVariable.streams]: String(context.endpoint.kind === 'rest-api'),
      [SidecarVariable.requestIdHeader]: REQUEST_ID_HEADER,
    },
    healthCheck: {
      command: ['CMD', 'node', 'index.mjs', 'health'],
      interval: Duration.seconds(30),
      timeout: Duration.seconds(5),
      retries: 3,
      startPeriod: Duration.seconds(30),
    },
    portMappings: [{ name: 'guard', containerPort: GUARD_PORT, protocol: ecs.Protocol.TCP }],
    stopTimeout: settings.stopTimeout,
  });
}

/** What images are built for, wherever they are built. */
export function platformOf(architecture: ecs.CpuArchitecture): Platform {
  return architecture._cpuArchitecture === ecs.CpuArchitecture.ARM64._cpuArchitecture
    ? Platform.LINUX_ARM64
    : Platform.LINUX_AMD64;
}
