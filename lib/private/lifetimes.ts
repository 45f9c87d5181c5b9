import type { Duration } from 'aws-cdk-lib';

/** What a lifetime is unless chosen, and between which values it may be chosen. */
export interface Bounds {
  readonly usual: Duration;
  readonly least: Duration;
  readonly most: Duration;
}

/** Why a lifetime cannot be used, or `undefined`. */
export function lifetimeProblem(name: string, given: Duration | undefined, bounds: Bounds): string | undefined {
  if (given === undefined || given.isUnresolved()) return undefined;
  const value = given.toMilliseconds();
  if (value >= bounds.least.toMilliseconds() && value <= bounds.most.toMilliseconds()) return undefined;
  return (
    `${name} of ${given.toHumanString()} is out of bounds: ` +
    `use ${bounds.least.toHumanString()} to ${bounds.most.toHumanString()}`
  );
}

/** Whether both are known and the first is longer. */
export function longer(a: Duration, b: Duration): boolean {
  return !a.isUnresolved() && !b.isUnresolved() && a.toMilliseconds() > b.toMilliseconds();
}
