import type { Stack } from '../../template/stack';
import { type Resource, resourcesOf } from '../reader';
import { attributesOf } from './load-balancers';

/** Where a load balancer forwards to, and how it finds out who is able to answer. */
export interface TargetGroupSpec {
  readonly logicalId: string;
  readonly arn: string;
  /** Whether the target with the fewest running calls is next, and not simply the next one. */
  readonly leastBusyFirst: boolean;
  /** How long calls may go on that run when their target leaves. */
  readonly drainMs: number;
  readonly healthCheck: TargetHealthCheck;
}

export interface TargetHealthCheck {
  readonly path: string;
  /** Absent: that of the target. */
  readonly port?: number;
  /** `200`, `200,204` or `200-299`. */
  readonly codes: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Checks in a row that make a target healthy, and unhealthy. */
  readonly healthy: number;
  readonly unhealthy: number;
}

const DRAIN_SECONDS = 300;

/** Attributes and the values they may have here. */
const ATTRIBUTES = {
  'deregistration_delay.timeout_seconds': /./,
  'load_balancing.algorithm.anomaly_mitigation': /^off$/,
  'load_balancing.algorithm.type': /^(round_robin|least_outstanding_requests)$/,
  'load_balancing.cross_zone.enabled': /./,
  'slow_start.duration_seconds': /^0$/,
  'stickiness.enabled': /^false$/,
} as const;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html */
export function readTargetGroups(stacks: readonly Stack[]): TargetGroupSpec[] {
  return resourcesOf(stacks, 'AWS::ElasticLoadBalancingV2::TargetGroup').map((group) => {
    group.oneOf('TargetType', ['ip']);
    group.oneOf('Protocol', ['HTTP']);
    group.oneOf('HealthCheckProtocol', ['HTTP'], 'HTTP');
    const attribute = attributesOf(group, 'TargetGroupAttributes', ATTRIBUTES);
    return {
      logicalId: group.logicalId,
      arn: group.id,
      leastBusyFirst: attribute('load_balancing.algorithm.type') === 'least_outstanding_requests',
      drainMs: Number(attribute('deregistration_delay.timeout_seconds') ?? DRAIN_SECONDS) * 1000,
      healthCheck: healthCheckOf(group),
    };
  });
}

function healthCheckOf(group: Resource): TargetHealthCheck {
  const number = (name: string, otherwise: number) => Number(group.property<number>(name) ?? otherwise);
  const port = group.property<string>('HealthCheckPort');
  return {
    path: group.property<string>('HealthCheckPath') ?? '/',
    port: port === undefined || port === 'traffic-port' ? undefined : Number(port),
    codes: String(group.property<{ HttpCode?: string }>('Matcher')?.HttpCode ?? '200'),
    intervalMs: number('HealthCheckIntervalSeconds', 30) * 1000,
    timeoutMs: number('HealthCheckTimeoutSeconds', 5) * 1000,
    healthy: number('HealthyThresholdCount', 5),
    unhealthy: number('UnhealthyThresholdCount', 2),
  };
}
