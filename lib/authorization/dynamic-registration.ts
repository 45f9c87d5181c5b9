import { Duration } from 'aws-cdk-lib';
import type { ClientRegistrations } from '../private/contract';
import { lifetimeProblem } from '../private/lifetimes';
import type { DynamicRegistrationProps } from './client-registration-props';

const UNUSED = { usual: Duration.days(1), least: Duration.minutes(10), most: Duration.days(30) };

type DynamicRegistration = NonNullable<ClientRegistrations['dynamic']>;

/** What is wrong with the limits of dynamic registration, in words. */
export function dynamicProblems(props: DynamicRegistrationProps): string[] {
  if (props.unusedFor?.isUnresolved()) return ['unusedFor is known only at deploy time: write it as a number'];
  const { perSourcePerHour, perDay } = dynamicRegistration(props);
  const problems = Object.entries({ perSourcePerHour, perDay })
    .filter(([, limit]) => !Number.isInteger(limit) || limit < 1)
    .map(([name, limit]) => `${name} of ${limit} is not allowed: use a whole number from 1`);
  if (problems.length === 0 && perDay <= perSourcePerHour * 24) {
    problems.push(
      `with perDay of ${perDay}, one source that registers ${perSourcePerHour} clients an hour locks all others out: ` +
        `set perDay above ${perSourcePerHour * 24}, or perSourcePerHour lower`,
    );
  }
  const unused = lifetimeProblem('unusedFor', props.unusedFor, UNUSED);
  return unused ? [...problems, unused] : problems;
}

/** What the broker is told. */
export function dynamicRegistration(props: DynamicRegistrationProps): DynamicRegistration {
  return {
    perSourcePerHour: props.perSourcePerHour ?? 20,
    perDay: props.perDay ?? 2000,
    unusedSeconds: (props.unusedFor ?? UNUSED.usual).toSeconds(),
  };
}
