import { LocalFailure } from '../../failure';
import type { OriginRow } from '../../template/origins';
import type { Stack } from '../../template/stack';
import { type Resource, resourcesOf } from '../reader';
import { readTask, type TaskSpec } from './tasks';

/** A Fargate service: so many copies of a task, behind a load balancer. */
export interface ServiceSpec {
  readonly logicalId: string;
  readonly name: string;
  readonly cluster: string;
  readonly desiredCount: number;
  /** Percent of that number which a deployment goes down or up to. */
  readonly minimumPercent: number;
  readonly maximumPercent: number;
  /** Whether a deployment whose tasks do not get healthy is given up. */
  readonly circuitBreaker: boolean;
  readonly graceMs: number;
  readonly securityGroups: readonly string[];
  readonly subnets: readonly string[];
  readonly targets: readonly ServiceTargetSpec[];
  readonly task: TaskSpec;
}

/** A container's port that a target group leads to. */
export interface ServiceTargetSpec {
  readonly targetGroupArn: string;
  readonly container: string;
  readonly port: number;
}

interface NetworkConfiguration {
  readonly AwsvpcConfiguration?: {
    readonly AssignPublicIp?: string;
    readonly SecurityGroups?: readonly string[];
    readonly Subnets?: readonly string[];
  };
}

/** The services that a load balancer leads to; what no request can reach does not run here. */
export function readServices(stacks: readonly Stack[], origins: readonly OriginRow[]): ServiceSpec[] {
  const definitions = resourcesOf(stacks, 'AWS::ECS::TaskDefinition', origins);
  return resourcesOf(stacks, 'AWS::ECS::Service', origins)
    .filter((service) => service.property('LoadBalancers') !== undefined)
    .map((service) => readService(service, definitions, leastTasks(stacks)));
}

/** Scaling never goes below these, whatever number the service begins with. */
function leastTasks(stacks: readonly Stack[]): ReadonlyMap<string, number> {
  return new Map(
    resourcesOf(stacks, 'AWS::ApplicationAutoScaling::ScalableTarget')
      .filter((target) => target.property('ScalableDimension') === 'ecs:service:DesiredCount')
      .map((target) => [target.required<string>('ResourceId'), Number(target.required('MinCapacity'))]),
  );
}

function readService(
  service: Resource,
  definitions: readonly Resource[],
  least: ReadonlyMap<string, number>,
): ServiceSpec {
  const definition = definitions.find((candidate) => candidate.id === service.required('TaskDefinition'));
  if (!definition) throw new LocalFailure(`${service.logicalId} runs a task definition that is not part of the app`);
  service.oneOf('LaunchType', ['FARGATE'], 'FARGATE');
  const controller = service.property<{ Type?: string }>('DeploymentController')?.Type ?? 'ECS';
  if (controller !== 'ECS') {
    throw new LocalFailure(`${service.logicalId} is deployed by ${controller}: only ECS itself deploys here`);
  }
  const { AwsvpcConfiguration: network } = service.required<NetworkConfiguration>('NetworkConfiguration');
  const deployment = service.property<{
    MaximumPercent?: number;
    MinimumHealthyPercent?: number;
    DeploymentCircuitBreaker?: { Enable?: boolean };
  }>('DeploymentConfiguration');
  const task = readTask(definition);
  const targets = service
    .required<{ TargetGroupArn: string; ContainerName: string; ContainerPort: number }[]>('LoadBalancers')
    .map((target) => ({
      targetGroupArn: target.TargetGroupArn,
      container: target.ContainerName,
      port: Number(target.ContainerPort),
    }));
  for (const target of targets) checkMapped(service.logicalId, task, target);
  const name = service.attribute('Name');
  const cluster = service.property<string>('Cluster') ?? 'default';
  return {
    logicalId: service.logicalId,
    name,
    cluster,
    desiredCount: Math.max(Number(service.property('DesiredCount') ?? 1), least.get(`service/${cluster}/${name}`) ?? 0),
    minimumPercent: Number(deployment?.MinimumHealthyPercent ?? 100),
    maximumPercent: Number(deployment?.MaximumPercent ?? 200),
    circuitBreaker: String(deployment?.DeploymentCircuitBreaker?.Enable ?? false) === 'true',
    graceMs: Number(service.property('HealthCheckGracePeriodSeconds') ?? 0) * 1000,
    securityGroups: network?.SecurityGroups ?? [],
    subnets: network?.Subnets ?? [],
    targets,
    task,
  };
}

/** A port that is not mapped has no way in. */
function checkMapped(logicalId: string, task: TaskSpec, { container, port }: ServiceTargetSpec): void {
  const mapped = task.containers.find((one) => one.name === container)?.mappedPorts ?? [];
  if (!mapped.includes(port)) {
    throw new LocalFailure(
      `${logicalId} leads to port ${port} of ${container}, which is not mapped: ECS refuses it too`,
    );
  }
}
