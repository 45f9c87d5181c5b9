import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** The namespace of everything the guard measures. */
const NAMESPACE = 'cdk-mcp';

export type ServerMetricName = 'Refusals' | 'Latency' | 'Errors';

/** A metric the guard writes into its log in CloudWatch's embedded metric format. */
export function serverMetric(
  metricName: ServerMetricName,
  serverName: string,
  statistic: string,
  options: cloudwatch.MetricOptions = {},
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: NAMESPACE,
    metricName,
    statistic,
    dimensionsMap: { Server: serverName },
    ...options,
  });
}
