import { Duration } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import { type Bounds, lifetimeProblem } from '../../private/lifetimes';

/** How a new version takes over, as it was chosen. */
export interface DeploymentChoice {
  readonly kind: 'rolling' | 'blue-green' | 'canary';
  readonly percent?: number;
  readonly stepTime?: Duration;
  readonly bakeTime?: Duration;
}

const USUAL = Duration.minutes(10);

const DAY: Bounds = { usual: USUAL, least: Duration.minutes(0), most: Duration.days(1) };

export function deploymentProblems({ percent, stepTime, bakeTime }: DeploymentChoice): string[] {
  const tenths = percent === undefined ? 1 : percent * 10;
  return [
    ...(percent !== undefined && !(percent >= 0.1 && percent <= 99.9 && Math.abs(tenths - Math.round(tenths)) < 1e-9)
      ? [`\`percent\` of a canary is ${percent}: use 0.1 to 99.9, in steps of 0.1`]
      : []),
    lifetimeProblem('`stepTime` of a deployment', stepTime, DAY),
    lifetimeProblem('`bakeTime` of a deployment', bakeTime, DAY),
  ].filter((problem) => problem !== undefined);
}

/** Whether the new version gets tasks of its own beside the old ones, and a target group. */
export function movesTraffic({ kind }: DeploymentChoice): boolean {
  return kind !== 'rolling';
}

export function deploymentSettings(
  choice: DeploymentChoice,
): Pick<ecs.FargateServiceProps, 'deploymentStrategy' | 'bakeTime' | 'canaryConfiguration'> {
  const { kind, percent = 10, stepTime = USUAL, bakeTime = USUAL } = choice;
  if (kind === 'rolling') return { deploymentStrategy: ecs.DeploymentStrategy.ROLLING };
  if (kind === 'blue-green') return { deploymentStrategy: ecs.DeploymentStrategy.BLUE_GREEN, bakeTime };
  const canaryConfiguration = { stepPercent: percent, stepBakeTime: stepTime };
  return { deploymentStrategy: ecs.DeploymentStrategy.CANARY, bakeTime, canaryConfiguration };
}
