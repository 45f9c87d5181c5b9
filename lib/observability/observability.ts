import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { ObservabilityBinding, ObservabilityContext } from '../private/bindings';
import type { AuditArchiveProps } from './audit-archive-props';
import { bindObservability } from './bind-observability';

/** When an alarm goes off. Each threshold is for one server and five minutes, unless it says otherwise. */
export interface AlarmThresholds {
  /**
   * Answers of the server that report a failure, in percent of all messages.
   *
   * @default 5
   */
  readonly errorPercent?: number;

  /**
   * Answers of the endpoint with a status of 500 and above.
   *
   * @default 5
   */
  readonly serverErrors?: number;

  /**
   * The time within which 99 of 100 messages are answered.
   *
   * @default Duration.seconds(5)
   */
  readonly latency?: Duration;

  /**
   * Invocations that Lambda throttled.
   *
   * @default 1
   */
  readonly throttles?: number;

  /**
   * Messages that the guard refused; many are the sign of an attack, or of a rule that is wrong.
   *
   * @default 100
   */
  readonly refusals?: number;

  /**
   * Whether there is also an alarm for more refusals than CloudWatch has learned to expect at that hour. It learns for
   * two weeks, and is charged as three metrics (0.30 USD a month; November 2026, us-east-1).
   *
   * @default true
   */
  readonly unusualRefusals?: boolean;

  /**
   * Requests of the broker that failed.
   *
   * @default 3
   */
  readonly brokerFailures?: number;

  /**
   * Codes or refresh tokens that were presented again after they had been used.
   *
   * @default 1
   */
  readonly grantReplays?: number;

  /**
   * Memory of the server's process, in percent of what its function has.
   *
   * @default 90
   */
  readonly memoryPercent?: number;
}

/** How a server is watched. */
export interface ObservabilityProps {
  /**
   * Where alarms go.
   *
   * @default - a topic of this server's own, `server.alarmTopic`, to which nobody is subscribed yet
   */
  readonly alarmTopic?: ITopic;

  /**
   * Whether there are alarms. CloudWatch charges 0.10 USD a month for each (November 2026, us-east-1).
   *
   * @default true
   */
  readonly alarms?: boolean;

  /**
   * When they go off.
   *
   * @default - as `AlarmThresholds` says
   */
  readonly thresholds?: AlarmThresholds;

  /**
   * Whether there is a dashboard. CloudWatch charges 3 USD a month for each after the third of an account (November
   * 2026, us-east-1).
   *
   * @default true
   */
  readonly dashboard?: boolean;

  /**
   * Whether the questions that are asked of the logs are saved in Logs Insights. They cost nothing until they are run.
   *
   * @default true
   */
  readonly savedQueries?: boolean;

  /**
   * A copy of the audit records in a bucket where nobody can change them (S3 Object Lock).
   *
   * @default - none; the log group keeps them for `logRetention`
   */
  readonly auditArchive?: AuditArchiveProps;
}

/** How a server is watched: alarms, a dashboard, saved queries. Metrics and logs are always written. */
export class McpObservability {
  /** Alarms, a dashboard and saved queries, each of which can be left out. */
  public static standard(props: ObservabilityProps = {}): McpObservability {
    return new McpObservability(
      new BindOnce('McpObservability.standard', (scope, context: ObservabilityContext) =>
        bindObservability(scope, props, context),
      ),
    );
  }

  private constructor(private readonly choice: BindOnce<ObservabilityContext, ObservabilityBinding>) {}

  /** @internal */
  public _bind(scope: Construct, context: ObservabilityContext): ObservabilityBinding {
    return this.choice.bind(scope, context);
  }
}
