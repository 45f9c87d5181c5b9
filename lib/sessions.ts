import { Duration } from 'aws-cdk-lib';
import type { PolicyDocument } from './private/contract';

/** Sessions that the guard keeps in a table. */
export interface DynamodbSessionsProps {
  /**
   * How long a session lives after it was last used: 5 minutes to 8 hours. A use is written down at most once a minute,
   * so a session may end up to a minute early.
   *
   * @default Duration.hours(1)
   */
  readonly ttl?: Duration;
}

const LEAST_MINUTES = 5;
const MOST_MINUTES = 8 * 60;

/** Whether a server keeps sessions (MCP 2025-11-25 and older; newer clients have none). */
export class McpSessions {
  /** No session: every request stands for itself, any instance answers it. */
  public static stateless(): McpSessions {
    return new McpSessions(undefined);
  }

  /**
   * Sessions in the guard's table, for clients of MCP 2025-11-25 and older; clients of 2026-07-28 have none and are
   * served as before.
   *
   * A legacy client must then begin with `initialize` and send the `Mcp-Session-Id` it got with every request. What the
   * client told the server (its name and capabilities, the log level, subscriptions) is kept in the table, encrypted
   * under a key that only the session id gives, so that any instance can go on with it. A session is bound to the user
   * and the client that began it; for everybody else it does not exist. It is never a proof of who is calling: the
   * token is verified on every request.
   *
   * What it costs: a read of the table for each legacy request, and a write at most once a minute.
   *
   * Throws, when a server uses it, for a `ttl` out of bounds.
   *
   * @see https://modelcontextprotocol.io/specification/2025-11-25/basic/transports#session-management
   */
  public static dynamodb(props: DynamodbSessionsProps = {}): McpSessions {
    return new McpSessions(props);
  }

  private constructor(private readonly props: DynamodbSessionsProps | undefined) {}

  /** @internal */
  public _problems(): string[] {
    const ttl = this.props?.ttl;
    if (ttl === undefined) return [];
    if (ttl.isUnresolved()) return ['`ttl` of `sessions` is known only at deploy time: write it as a duration'];
    const seconds = ttl.toSeconds({ integral: false });
    if (Number.isInteger(seconds) && seconds >= LEAST_MINUTES * 60 && seconds <= MOST_MINUTES * 60) return [];
    return [
      `\`ttl\` of \`sessions\` is ${ttl.toHumanString()}: use ${LEAST_MINUTES} minutes to ${MOST_MINUTES / 60} hours, in whole seconds`,
    ];
  }

  /** @internal */
  public _rules(): PolicyDocument['sessions'] {
    return this.props && { seconds: (this.props.ttl ?? Duration.hours(1)).toSeconds() };
  }
}
