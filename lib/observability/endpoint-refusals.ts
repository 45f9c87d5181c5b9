import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { Dimension, Metric } from '../private/contract';

const NAME = 'EndpointRefusals';

/**
 * Lines of either endpoint's access log about requests that were refused before the guard: 401 or 403 of API Gateway
 * itself (`-` stands for what has no value: nothing behind it was asked) or of the token endpoint. An HTTP API says of a
 * token that it has expired: that is how clients learn to refresh, and no sign of anything.
 */
export const REFUSED_BEFORE_GUARD =
  '{ ($.status = "401" || $.status = "403") && ($.integrationStatus = "-" || $.route = "POST /oauth2/token") && ' +
  '$.authorizerError != "*expired*" }';

/**
 * Counts lines of the access log: API Gateway's own metric has every 4xx in it, also those of the guard.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function countEndpointRefusals(scope: Construct, logGroup: ILogGroup): void {
  new MetricFilter(scope, 'EndpointRefusals', {
    logGroup,
    filterPattern: { logPatternString: REFUSED_BEFORE_GUARD },
    metricNamespace: Metric.namespace,
    metricName: NAME,
    metricValue: '1',
    dimensions: { [Dimension.server]: '$.server' },
  });
}

export function endpointRefusals(serverName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: Metric.namespace,
    metricName: NAME,
    statistic: 'Sum',
    dimensionsMap: { [Dimension.server]: serverName },
    ...options,
  });
}
