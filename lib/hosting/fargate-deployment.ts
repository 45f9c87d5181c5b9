import type { Duration } from 'aws-cdk-lib';
import type { DeploymentChoice } from './fargate/deployment';

/** How much of the traffic a new version gets first. */
export interface CanaryDeploymentProps {
  /**
   * Percent of the requests, from 0.1 to 99.9.
   *
   * @default 10
   */
  readonly percent?: number;

  /**
   * How long the new version has that share before it gets all, in whole minutes up to a day.
   *
   * @default Duration.minutes(10)
   */
  readonly stepTime?: Duration;

  /**
   * How long the old version stays afterwards, so that going back takes seconds; whole minutes up to a day.
   *
   * @default Duration.minutes(10)
   */
  readonly bakeTime?: Duration;
}

/** How long the old version stays. */
export interface BlueGreenDeploymentProps {
  /**
   * How long the old version stays after the new one has all requests, so that going back takes seconds; whole minutes
   * up to a day.
   *
   * @default Duration.minutes(10)
   */
  readonly bakeTime?: Duration;
}

/**
 * How a service gets a new version. Each way keeps the old one until the new one answers its health checks, and goes
 * back by itself when it does not.
 *
 * `blueGreen` and `canary` throw, when a server uses them, for a server without alarms: nobody would watch the version.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service-options.html
 */
export class FargateDeployment {
  /** New tasks first, then old ones stop, a few at a time. Both versions answer for some minutes. */
  public static rolling(): FargateDeployment {
    return new FargateDeployment({ kind: 'rolling' });
  }

  /** A whole second set of tasks, then all requests at once to it. */
  public static blueGreen(props: BlueGreenDeploymentProps = {}): FargateDeployment {
    return new FargateDeployment({ kind: 'blue-green', ...props });
  }

  /** A whole second set of tasks, then a share of the requests, then all. */
  public static canary(props: CanaryDeploymentProps = {}): FargateDeployment {
    return new FargateDeployment({ kind: 'canary', ...props });
  }

  /** @internal */
  public readonly _choice: DeploymentChoice;

  private constructor(choice: DeploymentChoice) {
    this._choice = choice;
  }
}
