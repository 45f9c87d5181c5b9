import type { Duration } from 'aws-cdk-lib';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { GradualDeployment } from '../private/bindings';
import { deployCanary } from './deploy-canary';

/** How a canary goes. */
export interface CanaryOptions {
  /**
   * The share of calls that reach the new version first, in percent: 1 to 99.
   *
   * @default 10
   */
  readonly percent?: number;

  /**
   * How long the others stay with the old version: whole minutes, 1 to 2880. The alarms look at five to fifteen minutes, so
   * a shorter time sees only what fails at once.
   *
   * @default Duration.minutes(20)
   */
  readonly interval?: Duration;
}

/** How a new version of a function gets its traffic. */
export class LambdaDeployment {
  /** Every call reaches the new version as soon as it is there. CloudFormation undoes only what it could not deploy. */
  public static allAtOnce(): LambdaDeployment {
    return new LambdaDeployment();
  }

  /**
   * A part of the calls reaches the new version first; when an alarm of the server goes off meanwhile, all go back to
   * the old version and the stack is rolled back. CodeDeploy shifts an alias, which the endpoint then calls.
   *
   * The alarms on errors, 5xx answers, latency, throttles and memory count. Those on refusals, sign-in and replayed
   * tokens do not: anybody on the internet can set them off, and would stop a repair that is under way.
   *
   * Throws, when a server uses it, for a share or an interval that CodeDeploy does not know, and for a server without
   * alarms. Not verified: that there is traffic, without which a canary proves nothing.
   *
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
   */
  public static canary(options: CanaryOptions = {}): LambdaDeployment {
    return new LambdaDeployment(options);
  }

  private constructor(private readonly options?: CanaryOptions) {}

  /** @internal */
  public _bind(scope: Construct, handler: lambda.Function): GradualDeployment | undefined {
    return this.options && deployCanary(scope, handler, this.options);
  }
}
