import { Duration } from 'aws-cdk-lib';
import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type { FargateScaling } from '../fargate-scaling';
import { movesTraffic } from './deployment';
import type { LoadBalancer } from './load-balancer';
import type { Settings } from './settings';

/** Tasks come quickly and go slowly: a task that is too many costs cents, one that is missing costs answers. */
const COOLDOWN = { scaleOutCooldown: Duration.seconds(60), scaleInCooldown: Duration.minutes(5) };

export function scale(
  service: ecs.FargateService,
  scaling: FargateScaling,
  settings: Settings,
  { targets }: LoadBalancer,
): void {
  const { minTasks, maxTasks, deployment } = settings;
  if (minTasks === maxTasks) return;
  const count = service.autoScaleTaskCount({ minCapacity: minTasks, maxCapacity: maxTasks });
  count.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: scaling.cpuPercent ?? 60, ...COOLDOWN });
  count.scaleOnMemoryUtilization('Memory', { targetUtilizationPercent: scaling.memoryPercent ?? 75, ...COOLDOWN });
  if (movesTraffic(deployment)) return;
  count.scaleOnRequestCount('Requests', {
    requestsPerTarget: scaling.requestsPerTask ?? 1200,
    targetGroup: targets,
    ...COOLDOWN,
  });
}
