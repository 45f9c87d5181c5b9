import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { failOnProblems } from '../private/errors';

/** Requests per second, and at once. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** What is given, completed; refuses what API Gateway does not take, and 0, with which nobody could call. */
export function throttleOf(scope: IConstruct, given: Partial<Throttle> = {}): Throttle {
  const { rateLimit = 100, burstLimit = 200 } = given;
  const known = (value: number) => !Token.isUnresolved(value);
  failOnProblems(scope, [
    ...(known(rateLimit) && !(rateLimit > 0 && rateLimit < Number.POSITIVE_INFINITY)
      ? [`\`throttle.rateLimit\` is ${rateLimit}: write a number of requests per second above 0`]
      : []),
    ...(known(burstLimit) && !(Number.isInteger(burstLimit) && burstLimit >= 1)
      ? [`\`throttle.burstLimit\` is ${burstLimit}: write a whole number of requests at once, from 1`]
      : []),
  ]);
  return { rateLimit, burstLimit };
}
