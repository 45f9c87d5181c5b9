import { type Duration, Token } from 'aws-cdk-lib';
import type { CallLimits } from '../call-limits';
import type { LimitRules } from './contract';
import { patternProblem } from './patterns';

/** The least and the most that a bound may be, and why there is a most. */
const RANGES = {
  requestBytes: [1_024, 6 * 1024 * 1024, 'a Lambda function takes no more than 6 MB'],
  depth: [4, 256, 'deeper values end the stack of the programs that read them'],
  arrayLength: [1, 1_000_000, 'leave the rest to `requestBytes`'],
  stringLength: [64, 6 * 1024 * 1024, 'a Lambda function takes no more than 6 MB'],
  concurrency: [1, 10_000, 'add instances instead'],
} as const;

const BOUNDS = Object.keys(RANGES) as (keyof typeof RANGES)[];

const LONGEST_MINUTES = 15;

/** Everything wrong with bounds, in words that say what to write instead. */
export function limitProblems(limits: CallLimits | undefined): string[] {
  if (limits === undefined) return [];
  const given = Object.entries(limits.toolTimeouts ?? {});
  return [
    ...BOUNDS.flatMap((name) => boundProblem(name, limits[name])),
    ...given.flatMap(([tool, time]) => timeoutProblem(tool, time)),
  ];
}

function boundProblem(name: keyof typeof RANGES, value: number | undefined): string[] {
  if (value === undefined) return [];
  const where = `\`limits.${name}\``;
  if (Token.isUnresolved(value))
    return [`${where} is known only at deploy time: write a number, reviewers read it here`];
  const [least, most, why] = RANGES[name];
  if (Number.isInteger(value) && value >= least && value <= most) return [];
  return [`${where} is ${value}: write a whole number from ${least} to ${most} (${why})`];
}

function timeoutProblem(tool: string, time: Duration): string[] {
  const where = `\`limits.toolTimeouts\``;
  const problem = patternProblem('tools', tool);
  if (problem !== undefined) return [`${problem} (${where})`];
  if (time.isUnresolved()) return [`the time of '${tool}' in ${where} is known only at deploy time: write a Duration`];
  const ms = time.toMilliseconds();
  if (ms >= 100 && ms <= LONGEST_MINUTES * 60_000) return [];
  return [`'${tool}' in ${where} has ${ms} ms: give it from 100 ms to ${LONGEST_MINUTES} minutes`];
}

/** The bounds as the guard reads them. */
export function limitRules(limits: CallLimits): LimitRules {
  const { requestBytes, toolTimeouts, ...same } = limits;
  const toolMs = Object.entries(toolTimeouts ?? {}).map(([tool, time]) => [tool, time.toMilliseconds()]);
  return { ...same, bodyBytes: requestBytes, toolMs: toolMs.length > 0 ? Object.fromEntries(toolMs) : undefined };
}
