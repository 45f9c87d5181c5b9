import { Token } from 'aws-cdk-lib';
import type { RateLimit } from '../rate-limit';
import type { RateLimitRule } from './contract';
import { patternProblem } from './patterns';

const MOST_SECONDS = 86_400;

/** Everything wrong with rate limits, in words that say what to write instead. */
export function rateLimitProblems(limits: readonly RateLimit[] | undefined): string[] {
  if (limits === undefined) return [];
  if (limits.length === 0) {
    return ['`rateLimits` is empty, so nothing would bound a caller: name a limit, or leave it out for 300 a minute'];
  }
  const problems = limits.flatMap((limit, index) => limit._problems(`rateLimits[${index}]`));
  if (problems.length > 0) return problems;
  const rules = limits.map((limit) => JSON.stringify(limit._rule()));
  return rules.flatMap((rule, index) =>
    rules.indexOf(rule) === index ? [] : [`rateLimits[${index}] stands twice: remove one`],
  );
}

/** What is wrong with one limit; the window in milliseconds, since others do not convert. */
export function rateLimitRuleProblems(
  where: string,
  { calls, tools }: Pick<RateLimitRule, 'calls' | 'tools'>,
  windowMs: number | undefined,
): string[] {
  if (Token.isUnresolved(calls) || windowMs === undefined) {
    return [`${where} is known only at deploy time: write calls and window as numbers, reviewers read them here`];
  }
  const problems: string[] = [];
  if (!Number.isSafeInteger(calls) || calls < 1) {
    problems.push(`\`calls\` of ${where} is ${calls}: write a whole number from 1`);
  }
  if (windowMs % 1000 !== 0 || windowMs < 1000 || windowMs > MOST_SECONDS * 1000) {
    problems.push(`\`window\` of ${where} is ${windowMs / 1000} seconds: write whole seconds, from one to a day`);
  }
  if (tools?.length === 0) problems.push(`\`tools\` of ${where} is empty: name a tool, or leave it out for all`);
  for (const [index, pattern] of (tools ?? []).entries()) {
    const problem = patternProblem('tools', pattern);
    if (problem) problems.push(`${problem} (${where})`);
    else if (tools?.indexOf(pattern) !== index) problems.push(`'${pattern}' stands twice in ${where}: remove one`);
  }
  return problems;
}
