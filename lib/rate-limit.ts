import { Duration } from 'aws-cdk-lib';
import type { RateLimitRule } from './private/contract';

/** How many calls in which time. */
export interface RateLimitProps {
  /**
   * Calls of tools in one window.
   */
  readonly calls: number;

  /**
   * The window.
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
  /** All tools together, for each principal. */
  public static perPrincipal(props: RateLimitProps): RateLimit {
    return new RateLimit(props, false);
  }

  /** Each tool by itself, for each principal. */
  public static perTool(props: RateLimitProps): RateLimit {
    return new RateLimit(props, true);
  }

  private constructor(
    private readonly props: RateLimitProps,
    private readonly eachTool: boolean,
  ) {}

  /** @internal */
  public _rule(): RateLimitRule {
    const { calls, window = Duration.minutes(1), tools, exact = false } = this.props;
    return { calls, seconds: window.toSeconds(), tools, eachTool: this.eachTool || undefined, exact };
  }
}
