/**
 * How often a principal may call tools. Every request `tools/call` of a body counts, in a batch too; lists, reads and
 * discovery never do. A body passes whole or not at all, and what does not pass is not counted, so that a client which
 * waits as it is told gets through.
 */
import type { RateLimitRule } from '../../../lib/private/contract';
import type { Admitted } from '../admission';
import type { GuardConfig } from '../config';
import type { Gate } from '../gates';
import type { Principal } from '../principal';
import { ok, type Result, refuse } from '../result';
import { stateTableOf } from '../state-table';
import { type CountExactly, exactCount } from './exact-count';
import { SlidingWindow } from './sliding-window';

/** Where the policy says nothing. */
const DEFAULT_RATE_LIMITS: readonly RateLimitRule[] = [{ calls: 300, seconds: 60, exact: false }];

interface Counted {
  readonly rule: RateLimitRule;
  readonly counts: (tool: string) => boolean;
}

interface LimitHere extends Counted {
  readonly calls: SlidingWindow;
}

interface LimitEverywhere extends Counted {
  readonly count: CountExactly;
}

/** Calls that one limit counts under one name. */
interface Share<Limit> {
  readonly limit: Limit;
  readonly name: string;
  readonly count: number;
}

const PASSED = ok(undefined);

/** @throws when a limit counts in a table and there is none. */
export function rateLimitGate(config: GuardConfig): Gate | undefined {
  const rules = config.policy.rateLimits ?? DEFAULT_RATE_LIMITS;
  if (rules.length === 0) return undefined;
  const limitsHere = rules.filter(({ exact }) => !exact).map(limitHere);
  const limitsEverywhere = rules.filter(({ exact }) => exact).map((rule) => limitEverywhere(rule, config));

  return (admitted, { now }) => {
    const tools = toolsOf(admitted);
    if (tools.length === 0) return PASSED;
    const principal = countedAs(admitted.principal);
    const here = sharesOf(limitsHere, tools);
    let wait = 0;
    for (const { limit, name, count } of here) wait = Math.max(wait, limit.calls.wait(principal, name, count, now));
    if (wait > 0) return limited(wait);
    for (const { limit, name, count } of here) limit.calls.add(principal, name, count, now);
    const everywhere = sharesOf(limitsEverywhere, tools);
    if (everywhere.length === 0) return PASSED;
    return countEverywhere(everywhere, principal, now).then((passed) => {
      if (passed.ok) return passed;
      for (const { limit, name, count } of here) limit.calls.add(principal, name, -count, now);
      return passed;
    });
  };
}

/** A user is one principal whatever client it uses, or many clients would be many times the calls. */
function countedAs({ kind, id }: Principal): string {
  return `${kind} ${id}`;
}

/** Names of the tools that a body calls, once for each call. */
function toolsOf({ body }: Admitted): string[] {
  const tools: string[] = [];
  for (const { kind, method, params } of body.messages) {
    if (kind === 'request' && method === 'tools/call') tools.push(String(params.name));
  }
  return tools;
}

function sharesOf<Limit extends Counted>(limits: readonly Limit[], tools: readonly string[]): Share<Limit>[] {
  const shares: Share<Limit>[] = [];
  for (const limit of limits) {
    const counted = tools.filter(limit.counts);
    if (counted.length === 0) continue;
    if (!limit.rule.eachTool) shares.push({ limit, name: '', count: counted.length });
    else
      for (const name of new Set(counted)) {
        shares.push({ limit, name, count: counted.filter((tool) => tool === name).length });
      }
  }
  return shares;
}

/** What one table counted before another refused stays counted: the caller gets less, never more. */
async function countEverywhere(
  shares: readonly Share<LimitEverywhere>[],
  principal: string,
  now: number,
): Promise<Result<void>> {
  for (const { limit, name, count } of shares) {
    try {
      if (!(await limit.count(principal, name, count, now))) {
        const ms = limit.rule.seconds * 1000;
        return limited(ms - (now % ms));
      }
    } catch {
      // Without the count nobody knows whether the call is one too many.
      return refuse({ reason: 'rate_limit_unavailable' });
    }
  }
  return PASSED;
}

function limited(ms: number): Result<never> {
  return refuse({ reason: 'rate_limited', retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)) });
}

function limitHere(rule: RateLimitRule): LimitHere {
  return { rule, counts: matcher(rule.tools), calls: new SlidingWindow(rule.calls, rule.seconds) };
}

function limitEverywhere(rule: RateLimitRule, config: GuardConfig): LimitEverywhere {
  const table = stateTableOf(config, process.env);
  if (table === undefined) throw new Error('an exact rate limit needs the state table: deploy with SecureMcpServer');
  return { rule, counts: matcher(rule.tools), count: exactCount(rule, table) };
}

function matcher(patterns: readonly string[] | undefined): Counted['counts'] {
  if (patterns === undefined) return () => true;
  const prefixes = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  const names = new Set(patterns);
  return (tool) => names.has(tool) || prefixes.some((prefix) => tool.startsWith(prefix));
}
