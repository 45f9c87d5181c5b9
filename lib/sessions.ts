import { Duration } from 'aws-cdk-lib';
import type { PolicyDocument } from './private/contract';

/** Sessions that the guard keeps in a table. */
export interface DynamodbSessionsProps {
  /**
   * How long a session lives after it was last used.
   *
   * @default Duration.hours(1)
   */
  readonly ttl?: Duration;
}

/** Whether a server keeps sessions (MCP 2025-11-25 and older; newer clients have none). */
export class McpSessions {
  /** No session: every request stands for itself, any instance answers it. */
  public static stateless(): McpSessions {
    return new McpSessions(undefined);
  }

  /** Sessions in the guard's table, encrypted, each bound to its principal. */
  public static dynamodb(props: DynamodbSessionsProps = {}): McpSessions {
    return new McpSessions(props);
  }

  private constructor(private readonly props: DynamodbSessionsProps | undefined) {}

  /** @internal */
  public _problems(): string[] {
    return [];
  }

  /** @internal */
  public _rules(): PolicyDocument['sessions'] {
    return this.props && { seconds: (this.props.ttl ?? Duration.hours(1)).toSeconds() };
  }
}
