import { Token } from 'aws-cdk-lib';
import type { AlarmThresholds } from './observability';

/** Thresholds that an alarm would be over always, or never. */
export function thresholdProblems({ latency, ...others }: AlarmThresholds): string[] {
  return [
    ...(latency && !latency.isUnresolved() && latency.toMilliseconds() <= 0
      ? [`threshold \`latency\` of ${latency.toHumanString()} is always exceeded: use more than 0`]
      : []),
    ...Object.entries(others).flatMap(([name, value]) =>
      typeof value === 'number' && !Token.isUnresolved(value) ? numberProblems(name, value) : [],
    ),
  ];
}

function numberProblems(name: string, value: number): string[] {
  if (name.endsWith('Percent')) {
    return value > 0 && value <= 100 ? [] : [`threshold \`${name}\` is ${value}: use more than 0, and 100 at most`];
  }
  return Number.isInteger(value) && value >= 1
    ? []
    : [`threshold \`${name}\` is ${value}: use a whole number from 1 on, or \`alarms: false\` to have no alarms`];
}
