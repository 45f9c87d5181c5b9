import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { HostingMetrics } from '../../private/bindings';
import type { LoadBalancer } from './load-balancer';

/** What ECS and the load balancer count of a service. */
export function serviceMetrics(service: ecs.FargateService, balancer: LoadBalancer): HostingMetrics {
  const share = (metricName: string, label: string) => service.metric(metricName, { statistic: 'Average', label });
  return {
    unhealthy: (options) => unhealthy(balancer, options),
    cost: {
      title: 'Cost: load balancer capacity units',
      metrics: [balancer.loadBalancer.metrics.consumedLCUs({ statistic: 'Sum', label: 'units' })],
    },
    memory: (options) => service.metricMemoryUtilization({ statistic: 'Maximum', ...options }),
    utilization: [share('CPUUtilization', 'processor'), share('MemoryUtilization', 'memory')],
  };
}

/** Of both target groups where there are two: the one without tasks counts nothing. */
function unhealthy({ targets, alternate }: LoadBalancer, options: cloudwatch.MetricOptions): cloudwatch.IMetric {
  const of = (group: elbv2.ApplicationTargetGroup) => group.metrics.unhealthyHostCount(options);
  if (alternate === undefined) return of(targets);
  return new cloudwatch.MathExpression({
    expression: 'FILL(first, 0) + FILL(second, 0)',
    usingMetrics: { first: of(targets), second: of(alternate.targets) },
    label: 'Unhealthy tasks',
    period: options.period,
  });
}
