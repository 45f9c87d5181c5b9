import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { ObservabilityContext } from '../private/bindings';
import { Metric } from '../private/contract';
import { endpointRefusals } from './endpoint-refusals';
import type { AlarmThresholds } from './observability';
import { type ServerMetricName, serverMetric } from './server-metric';

const PERIOD = Duration.minutes(5);

interface AlarmPlan {
  readonly id: string;
  /** A symptom of a server that serves badly: often several at once, so that one alarm stands for all. */
  readonly symptom?: boolean;
  readonly metric: cloudwatch.IMetric;
  readonly threshold: number;
  /** What it means and what to look at first. */
  readonly description: string;
  /** So many periods in a row must be over the threshold. */
  readonly periods?: number;
}

export interface Alarms {
  readonly alarms: cloudwatch.Alarm[];
  /** Goes off when any symptom does. */
  readonly service: cloudwatch.CompositeAlarm;
}

/** One call for each thing that someone should get up for. Quiet servers emit nothing, which is no alarm. */
export function createAlarms(
  scope: Construct,
  thresholds: AlarmThresholds,
  topic: ITopic,
  context: ObservabilityContext,
): Alarms {
  const action = new SnsAction(topic);
  const describe = (text: string) => `MCP server ${context.serverName}: ${text}`;
  const calling = (alarm: cloudwatch.AlarmBase) => {
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  };
  const symptoms: cloudwatch.Alarm[] = [];
  const alarms = plans(thresholds, context).map((plan) => {
    const alarm = new cloudwatch.Alarm(scope, `${plan.id}Alarm`, {
      metric: plan.metric,
      threshold: plan.threshold,
      alarmDescription: describe(plan.description),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: plan.periods ?? 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    if (plan.symptom) symptoms.push(alarm);
    else calling(alarm);
    return alarm;
  });
  const service = new cloudwatch.CompositeAlarm(scope, 'ServiceAlarm', {
    alarmRule: cloudwatch.AlarmRule.anyOf(...symptoms),
    alarmDescription: describe('callers are served badly: it fails or is slow. The alarms below it say in which way'),
  });
  calling(service);
  if (thresholds.unusualRefusals ?? true) {
    const unusual = unusualRefusals(scope, describe, context.serverName);
    calling(unusual);
    alarms.push(unusual);
  }
  return { alarms, service };
}

/**
 * Few refusals can be many for a server that has none by day: CloudWatch learns what is usual at which hour.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
 */
function unusualRefusals(scope: Construct, describe: (text: string) => string, serverName: string): cloudwatch.Alarm {
  return new cloudwatch.AnomalyDetectionAlarm(scope, 'UnusualRefusalsAlarm', {
    metric: serverMetric(Metric.refusals, serverName, 'Sum', { period: PERIOD }),
    stdDevs: 4,
    comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    alarmDescription: describe(
      'more refusals than is usual at this hour. The saved query "refusals" says whose and why',
    ),
  });
}

function plans(thresholds: AlarmThresholds, context: ObservabilityContext): AlarmPlan[] {
  const { serverName, broker, endpoint } = context;
  const own = (name: ServerMetricName, statistic: string) =>
    serverMetric(name, serverName, statistic, { period: PERIOD });
  return [
    {
      id: 'Errors',
      symptom: true,
      metric: shareOfCalls('Errors', own(Metric.errors, 'Sum'), own(Metric.calls, 'Sum')),
      threshold: thresholds.errorPercent ?? 5,
      periods: 2,
      description: 'tools, or the server behind the guard, fail. Read the error records of the saved query "failures"',
    },
    {
      id: 'ServerErrors',
      symptom: true,
      metric: endpoint.serverErrors({ period: PERIOD, statistic: 'Sum' }),
      threshold: thresholds.serverErrors ?? 5,
      description: 'the endpoint answers 5xx. Compare the access log with the logs of the two functions',
    },
    {
      id: 'Latency',
      symptom: true,
      metric: own(Metric.latency, 'p99'),
      threshold: (thresholds.latency ?? Duration.seconds(5)).toMilliseconds(),
      periods: 3,
      description: 'one message in a hundred takes too long. The dashboard shows which tool',
    },
    ...throttlePlans(thresholds, context),
    ...unhealthyPlans(context),
    ...declinedPlans(thresholds, context, own),
    {
      id: 'Refusals',
      metric: own(Metric.refusals, 'Sum'),
      threshold: thresholds.refusals ?? 100,
      description: 'many refusals. The saved query "refusals" says whose and why: an attack, or a rule that is wrong',
    },
    {
      id: 'EndpointRefusals',
      metric: endpointRefusals(serverName, { period: PERIOD }),
      threshold: thresholds.endpointRefusals ?? 100,
      description:
        'many requests are refused before they reach the guard: someone tries tokens or secrets, or an issuer or WAF ' +
        'rule is wrong. The saved query "refused at the endpoint" says from where',
    },
    ...(broker ? brokerPlans(thresholds, own) : []),
    ...memoryPlans(thresholds, context, own),
  ];
}

function memoryPlans(
  { memoryPercent = 90 }: AlarmThresholds,
  { server: { memorySize, metrics } }: ObservabilityContext,
  own: (name: ServerMetricName, statistic: string) => cloudwatch.Metric,
): AlarmPlan[] {
  const id = 'Memory';
  if (memorySize !== undefined) {
    return [
      {
        id,
        metric: own(Metric.memory, 'Maximum'),
        threshold: Math.round((memorySize * memoryPercent) / 100),
        description: `the process needs almost all of its ${memorySize} MB. Raise memorySize, or look for a leak`,
      },
    ];
  }
  // The guard knows its own process alone, not the container beside it.
  if (metrics.memory === undefined) return [];
  return [
    {
      id,
      metric: metrics.memory({ period: PERIOD, statistic: 'Maximum' }),
      threshold: memoryPercent,
      description: 'a task needs almost all of its memory. Raise memoryLimitMiB, or look for a leak',
    },
  ];
}

/** Apart: the broker is open to everybody, and what strangers can set off must not stop a deployment. */
function throttlePlans(thresholds: AlarmThresholds, { server, broker }: ObservabilityContext): AlarmPlan[] {
  const threshold = thresholds.throttles ?? 1;
  const text = 'Raise its reserved concurrency or the account’s limit';
  return [
    ...(server.metrics.throttles
      ? [
          {
            id: 'Throttles',
            metric: server.metrics.throttles({ period: PERIOD }),
            threshold,
            description: `Lambda runs no more of the server’s function at once. ${text}`,
          },
        ]
      : []),
    ...(broker
      ? [
          {
            id: 'BrokerThrottles',
            metric: broker.metricThrottles({ period: PERIOD }),
            threshold,
            description: `Lambda runs no more of the broker’s function at once, so that people cannot sign in. ${text}`,
          },
        ]
      : []),
  ];
}

function unhealthyPlans({ server }: ObservabilityContext): AlarmPlan[] {
  if (server.metrics.unhealthy === undefined) return [];
  return [
    {
      id: 'Unhealthy',
      metric: server.metrics.unhealthy({ period: PERIOD, statistic: 'Minimum' }),
      threshold: 1,
      periods: 2,
      description:
        'a task does not answer its health check, and no new one does. Read the last lines of its containers, and the ' +
        'events of the service',
    },
  ];
}

/** Apart from the failures: callers can set it off by what they ask for, so it wakes somebody and undoes nothing. */
function declinedPlans(
  thresholds: AlarmThresholds,
  { server }: ObservabilityContext,
  own: (name: ServerMetricName, statistic: string) => cloudwatch.Metric,
): AlarmPlan[] {
  if (!server.foreign) return [];
  return [
    {
      id: 'Declined',
      metric: shareOfCalls('Declined', own(Metric.declined, 'Sum'), own(Metric.calls, 'Sum')),
      threshold: thresholds.declinedPercent ?? 50,
      periods: 3,
      description:
        'the server behind the guard answers mostly errors. The saved query "declined" says which tools and whose: all ' +
        'of them, and it fails; one caller, and it asks for what is not there',
    },
  ];
}

function brokerPlans(
  thresholds: AlarmThresholds,
  own: (name: ServerMetricName, statistic: string) => cloudwatch.Metric,
): AlarmPlan[] {
  return [
    {
      id: 'BrokerFailures',
      metric: own(Metric.brokerFailures, 'Sum'),
      threshold: thresholds.brokerFailures ?? 3,
      description: 'people cannot sign in. Read the broker’s log: the provider, a table or its own code fails',
    },
    {
      id: 'GrantReplays',
      metric: own(Metric.grantReplays, 'Sum'),
      threshold: thresholds.grantReplays ?? 1,
      description: 'a code or refresh token was used twice; its grant was ended. It may have been stolen',
    },
  ];
}

/** In percent. A share of few messages says little, so it counts from twenty on. */
function shareOfCalls(name: string, part: cloudwatch.Metric, calls: cloudwatch.Metric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: 'IF(calls >= 20, 100 * part / calls, 0)',
    usingMetrics: { part, calls },
    label: `${name}, percent`,
    period: PERIOD,
  });
}
