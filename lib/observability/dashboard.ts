import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { ObservabilityContext } from '../private/bindings';
import { Dimension, Metric } from '../private/contract';
import { endpointRefusals } from './endpoint-refusals';
import { groupsOf, SAVED_QUERIES } from './saved-queries';
import { serverMetric } from './server-metric';

const WIDE = 24;
const HALF = 12;
const THIRD = 8;
const HEIGHT = 6;

/** What a person on call wants to see, from the top: is it up, is it slow, who is refused, what costs. */
export function createDashboard(
  scope: Construct,
  alarms: readonly cloudwatch.Alarm[],
  context: ObservabilityContext,
): cloudwatch.Dashboard {
  const { serverName, server, broker, endpoint, tables, logGroups } = context;
  const own = (name: Parameters<typeof serverMetric>[0], statistic: string, label: string) =>
    serverMetric(name, serverName, statistic, { label, period: Duration.minutes(5) });
  const graph = (
    title: string,
    left: cloudwatch.IMetric[],
    width = THIRD,
    props: Partial<cloudwatch.GraphWidgetProps> = {},
  ) => new cloudwatch.GraphWidget({ title, left, width, height: HEIGHT, ...props });
  const by = (dimension: string, metric: string, statistic: string) =>
    new cloudwatch.SearchExpression({
      expression: `SEARCH('{${Metric.namespace},${Dimension.server},${dimension}} ${Dimension.server}="${serverName}" MetricName="${metric}"', '${statistic}')`,
      label: `\${PROP('Dim.${dimension}')}`,
      period: Duration.minutes(5),
    });
  const query = (title: string, name: string, rows = 20) => {
    const saved = SAVED_QUERIES[name];
    const logGroupNames = saved ? groupsOf(saved, logGroups) : [];
    if (saved === undefined || logGroupNames.length === 0) return [];
    const at = { title, width: HALF, height: HEIGHT };
    return [new cloudwatch.LogQueryWidget({ ...at, logGroupNames, queryLines: [...saved.lines, `limit ${rows}`] })];
  };
  const stacked = { view: cloudwatch.GraphWidgetView.TIME_SERIES, stacked: true };

  const dashboard = new cloudwatch.Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.hours(6),
    periodOverride: cloudwatch.PeriodOverride.INHERIT,
  });
  if (alarms.length > 0) {
    dashboard.addWidgets(
      new cloudwatch.AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: WIDE, height: 3 }),
    );
  }
  dashboard.addWidgets(
    graph('Traffic: messages', [
      own(Metric.calls, 'Sum', 'messages'),
      own(Metric.refusals, 'Sum', 'refused'),
      own(Metric.errors, 'Sum', 'failed'),
      own(Metric.declined, 'Sum', 'declined'),
    ]),
    graph(
      'Latency, ms',
      ['p50', 'p90', 'p99'].map((statistic) => own(Metric.latency, statistic, statistic)),
    ),
    graph('Endpoint: requests by status', [
      endpoint.requests({ label: 'all', statistic: 'Sum' }),
      endpoint.clientErrors({ label: '4xx', statistic: 'Sum' }),
      endpoint.serverErrors({ label: '5xx', statistic: 'Sum' }),
      endpointRefusals(serverName, { label: 'refused before the guard', period: Duration.minutes(5) }),
    ]),
  );
  dashboard.addWidgets(
    graph('Refusals by reason', [by(Dimension.reason, Metric.refusals, 'Sum')], THIRD, stacked),
    graph('Tools: latency p90, ms', [by(Dimension.tool, Metric.latency, 'p90')]),
    graph('Tools: failures', [by(Dimension.tool, Metric.errors, 'Sum')], THIRD, stacked),
  );
  dashboard.addWidgets(
    ...(broker
      ? [
          graph('Broker: failures and replays', [
            own(Metric.brokerFailures, 'Sum', 'failures'),
            own(Metric.grantReplays, 'Sum', 'replays'),
          ]),
        ]
      : []),
    graph('Memory of the server, MB', [own(Metric.memory, 'Maximum', 'most'), own(Metric.memory, 'Average', 'mean')]),
    ...(server.metrics.utilization.length > 0
      ? [graph('Tasks: processor and memory, percent', [...server.metrics.utilization])]
      : []),
    graph('Taken out', [own(Metric.redactions, 'Sum', 'redacted'), own(Metric.withheld, 'Sum', 'tools withheld')]),
  );
  dashboard.addWidgets(
    graph('Event loop: delay, ms', [
      own(Metric.eventLoopDelay, 'p99', 'p99'),
      own(Metric.eventLoopDelay, 'p50', 'p50'),
    ]),
    graph('Tokens verified: each once for an instance', [own(Metric.tokensVerified, 'Sum', 'tokens')]),
  );
  dashboard.addWidgets(
    graph(server.metrics.cost.title, [
      ...server.metrics.cost.metrics,
      ...(broker ? [broker.metricDuration({ statistic: 'Sum', label: 'broker' })] : []),
    ]),
    graph('Cost: units of DynamoDB', [
      ...tables.flatMap(({ name, table }) => [
        table.metricConsumedReadCapacityUnits({ label: `${name}, read` }),
        table.metricConsumedWriteCapacityUnits({ label: `${name}, written` }),
      ]),
    ]),
    graph(
      'Cost: bytes of log',
      Object.entries(logGroups).flatMap(([label, logGroup]: [string, ILogGroup | undefined]) =>
        logGroup === undefined ? [] : [incomingBytes(label, logGroup)],
      ),
    ),
  );
  dashboard.addWidgets(...query('Top tools', 'top tools', 10), ...query('Top clients', 'top clients', 10));
  dashboard.addWidgets(...query('Who called what', 'who called what'), ...query('Refusals', 'refusals'));
  dashboard.addWidgets(
    ...query('Refused at the endpoint', 'refused at the endpoint'),
    ...query('Sign-ins and grants', 'sign-ins and grants'),
  );
  dashboard.addWidgets(...query('Failures', 'failures'));
  return dashboard;
}

function incomingBytes(label: string, { logGroupName }: ILogGroup): cloudwatch.Metric {
  const dimensionsMap = { LogGroupName: logGroupName };
  return new cloudwatch.Metric({
    namespace: 'AWS/Logs',
    metricName: 'IncomingBytes',
    dimensionsMap,
    statistic: 'Sum',
    label,
  });
}
