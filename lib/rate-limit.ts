import { Duration } from 'aws-cdk-lib';
import type { RateLimitRule } from './private/contract';
import { rateLimitRuleProblems } from './private/rate-limits';

/** How many calls in which time. */
export interface RateLimitProps {
  /**
   * Calls of tools in one window; a batch counts each of its calls.
   */
  readonly calls: number;

  /**
   * The window, from one second to a day. Counted by an instance it slides; counted exactly it is fixed, so that around
   * its end up to twice the calls may pass in its length.
   *
   * @default Duration.minutes(1)
   */
  readonly window?: Duration;

  /**
   * Tools that are counted; `*` at the end of a name matches the rest.
   *
   * @default - every tool
   */
  readonly tools?: string[];

  /**
   * Whether all instances share one count, kept in a table: exact, for a write to the table with every call. Otherwise
   * each instance counts what it sees itself.
   *
   * @default false
   */
  readonly exact?: boolean;
}

/** How often a caller may call tools. */
export class RateLimit {
  /**
   * All tools together, for each principal: a user, whatever clients it uses, or a machine client. What is too much is
   * answered with 429 and `Retry-After`. Discovery, lists and reads are never limited.
   *
   * Throws, when a server uses it, for calls and windows that bound nothing.
   */
  public static perPrincipal(props: RateLimitProps): RateLimit {
    return new RateLimit(props, false);
  }

  /**
   * Each tool by itself, for each principal; otherwise as `perPrincipal`.
   */
  public static perTool(props: RateLimitProps): RateLimit {
    return new RateLimit(props, true);
  }

  private constructor(
    private readonly props: RateLimitProps,
    private readonly eachTool: boolean,
  ) {}

  /** @internal */
  public _problems(where: string): string[] {
    const { window = Duration.minutes(1) } = this.props;
    return rateLimitRuleProblems(where, this.props, window.isUnresolved() ? undefined : window.toMilliseconds());
  }

  /** @internal */
  public _rule(): RateLimitRule {
    const { calls, window = Duration.minutes(1), tools, exact = false } = this.props;
    return { calls, seconds: window.toSeconds(), tools, eachTool: this.eachTool || undefined, exact };
  }
}
