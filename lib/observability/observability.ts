import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { BindOnce } from '../private/bind-once';
import type { ObservabilityBinding, ObservabilityContext, TracingBinding } from '../private/bindings';
import type { AuditArchiveProps } from './audit-archive-props';
import { bindObservability } from './bind-observability';
import { bindTracing } from './bind-tracing';

/**
 * When an alarm goes off. Each threshold is for one server and five minutes, unless it says otherwise. Throws for counts
 * that are no whole numbers from 1 on, shares outside of 0 to 100 percent and a latency of nothing.
 */
export interface AlarmThresholds {
  /**
   * Answers of the server that report a failure, in percent of all messages.
   *
   * @default 5
   */
  readonly errorPercent?: number;

  /**
   * Errors that a caller may have asked for, in percent of all messages. Watched with `McpHosting.fargate` alone, behind
   * which every error that a server writes is one of them.
   *
   * @default 50
   */
  readonly declinedPercent?: number;

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
   * Invocations that Lambda throttled: of the server's function, and apart from it of the broker.
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
   * Requests with 401 or 403 that were refused before the guard: no token, or one the gateway does not believe (behind
   * an HTTP API expired ones do not count), a request that AWS WAF blocks, a wrong secret at the token endpoint. Every
   * client that connects for the first time makes one or two. Tokens that a REST API's authorizer refuses are among
   * `refusals` as well.
   *
   * @default 100
   */
  readonly endpointRefusals?: number;

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
   * Memory of the server's process, in percent of what its function or task has; with `McpHosting.fargate`, of all
   * containers of a task together.
   *
   * @default 90
   */
  readonly memoryPercent?: number;
}

/** How calls are traced. */
export interface TracingOptions {
  /**
   * Whether calls are traced: a span for each message and for what guard and tools ask of others, never with an
   * argument, a result or a token. In a function spans go to X-Ray through the daemon that Lambda runs, if the hosting's
   * own `tracing` is on too; beside a container runs a collector.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Share of the traces, 0 to 1, that is recorded where no caller has decided. Throws for other numbers.
   *
   * @default - in a function what X-Ray's sampling rules decide; in a container the first trace of each second and 5 %
   */
  readonly samplingRatio?: number;

  /**
   * Whether a client with a valid token may say to which trace its call belongs, and whether that one is recorded
   * (`traceparent` in `_meta` or in a header, https://www.w3.org/TR/trace-context/). Up to 50 a second are recorded in
   * one process because clients ask for it.
   *
   * @default true
   */
  readonly continueClientTraces?: boolean;

  /**
   * Base URL of an OTLP/HTTP endpoint that takes spans (`/v1/traces` is added) instead of X-Ray. Throws unless it is
   * https; plain http only on loopback. Headers for it go into the hosting's variable `OTEL_EXPORTER_OTLP_HEADERS`. In a
   * function spans may arrive only with the next call, since Lambda stops it when it has answered.
   *
   * @default - X-Ray
   */
  readonly otlpEndpoint?: string;
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

  /**
   * How calls are traced.
   *
   * @default - as `TracingOptions` says
   */
  readonly tracing?: TracingOptions;
}

/** How a server is watched: alarms, a dashboard, saved queries, traces. Metrics and logs are always written. */
export class McpObservability {
  /** Alarms, a dashboard, saved queries and traces, each of which can be left out. */
  public static standard(props: ObservabilityProps = {}): McpObservability {
    return new McpObservability(
      new BindOnce('McpObservability.standard', (scope, context: ObservabilityContext) =>
        bindObservability(scope, props, context),
      ),
      props.tracing ?? {},
    );
  }

  private constructor(
    private readonly choice: BindOnce<ObservabilityContext, ObservabilityBinding>,
    private readonly tracing: TracingOptions,
  ) {}

  /** @internal */
  public _tracing(scope: Construct): TracingBinding {
    return bindTracing(scope, this.tracing);
  }

  /** @internal */
  public _bind(scope: Construct, context: ObservabilityContext): ObservabilityBinding {
    return this.choice.bind(scope, context);
  }
}
