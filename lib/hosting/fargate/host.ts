import type * as ecs from 'aws-cdk-lib/aws-ecs';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { HostingBinding, HostingContext } from '../../private/bindings';
import type { FargateHostingOptions } from '../fargate-hosting-options';
import { movesTraffic } from './deployment';
import { createServiceEndpoints, neededServices } from './endpoints';
import { checkImages } from './images';
import { createLoadBalancer } from './load-balancer';
import { serviceMetrics } from './metrics';
import { networkOf } from './network';
import { rollBackOn } from './roll-back';
import { scale } from './scaling';
import { createService, createTaskGroup } from './service';
import type { Settings } from './settings';
import { acknowledgeRegistrySignIn, type Task } from './task';

export interface HostOptions {
  readonly task: Task;
  readonly guard: ecs.ContainerDefinition;
  /** Of the guard. */
  readonly logGroup: logs.ILogGroup;
  readonly options: FargateHostingOptions;
  readonly settings: Settings;
  readonly context: HostingContext;
  /** Names of the user's images. */
  readonly images: readonly string[];
}

/** Runs a task definition whose containers are complete: network, load balancer, service, scaling. */
export function hostService(scope: Construct, host: HostOptions): HostingBinding {
  const { task, guard, logGroup, options, settings, context } = host;
  const network = networkOf(scope, options, context.state);
  const securityGroups = options.securityGroups ?? [createTaskGroup(scope, network)];
  if (network.own) {
    checkImages(scope, host.images);
    const services = neededServices(scope, context, options.secrets ?? {});
    createServiceEndpoints(network.own, securityGroups, services);
  }
  const loadBalancer = createLoadBalancer(scope, {
    network,
    endpoint: context.endpoint,
    drain: settings.drain,
    movesTraffic: movesTraffic(settings.deployment),
  });
  const service = createService(scope, {
    task,
    guard,
    network,
    securityGroups,
    loadBalancer,
    settings,
    options,
    state: context.state,
  });
  scale(service, options.scaling ?? {}, settings, loadBalancer);
  acknowledgeRegistrySignIn(task);
  return {
    target: {
      kind: 'service',
      vpc: network.vpc,
      subnets: network.subnets,
      loadBalancer: loadBalancer.loadBalancer,
      listener: loadBalancer.listener,
      tlsName: loadBalancer.tlsName,
    },
    service,
    role: task.role,
    logGroup,
    connections: service.connections,
    metrics: serviceMetrics(service, loadBalancer),
    gradual: movesTraffic(settings.deployment),
    rollbackOn: (alarms) => rollBackOn(service, settings.deployment, alarms),
  };
}
