import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Dimension, Metric } from '../private/contract';

export type ServerMetricName = Exclude<(typeof Metric)[keyof typeof Metric], typeof Metric.namespace>;

/** A metric that the guard or the broker writes into its log in CloudWatch's embedded metric format. */
export function serverMetric(
  metricName: ServerMetricName,
  serverName: string,
  statistic: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: Metric.namespace,
    metricName,
    statistic,
    dimensionsMap: { [Dimension.server]: serverName },
    ...options,
  });
}
