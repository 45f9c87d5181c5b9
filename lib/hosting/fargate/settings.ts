import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { EndpointFacts } from '../../private/bindings';
import type { FargateHostingOptions } from '../fargate-hosting-options';
import type { DeploymentChoice } from './deployment';

/** The options with what they are unless chosen. */
export interface Settings {
  readonly cpu: number;
  readonly memoryLimitMiB: number;
  readonly architecture: ecs.CpuArchitecture;
  readonly user: string;
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly deployment: DeploymentChoice;
  readonly drain: Duration;
  /** After it, ECS kills a container that was told to stop. */
  readonly stopTimeout: Duration;
  /** How long the guard has for an answer. */
  readonly answer: Duration;
}

/** Fargate ends a container two minutes after it was told to stop; ten seconds are left for the end itself. */
export const MOST_DRAIN = Duration.seconds(110);

export function settingsOf(options: FargateHostingOptions, endpoint: EndpointFacts): Settings {
  const longest = endpoint.longestAnswer.toSeconds();
  const minTasks = options.minTasks ?? 2;
  const drain = options.drain ?? Duration.seconds(Math.min(longest + 5, MOST_DRAIN.toSeconds()));
  return {
    cpu: options.cpu ?? 512,
    memoryLimitMiB: options.memoryLimitMiB ?? 1024,
    architecture: options.architecture ?? ecs.CpuArchitecture.ARM64,
    user: options.user ?? '1000',
    minTasks,
    maxTasks: options.maxTasks ?? Math.max(10, minTasks),
    deployment: options.deployment?._choice ?? { kind: 'rolling' },
    drain,
    stopTimeout: drain.plus(Duration.seconds(10)),
    // Before the endpoint gives up, so that the guard's own words reach the caller.
    answer: Duration.seconds(longest - 1),
  };
}
