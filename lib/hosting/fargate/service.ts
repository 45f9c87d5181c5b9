import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import type { Construct } from 'constructs';
import type { StateOptions } from '../../private/bindings';
import { GUARD_PORT } from '../../private/contract';
import type { FargateHostingOptions } from '../fargate-hosting-options';
import { deploymentSettings } from './deployment';
import { trafficRole } from './deployment-role';
import type { LoadBalancer } from './load-balancer';
import type { Network } from './network';
import type { Settings } from './settings';
import type { Task } from './task';

/** Tasks reach what their VPC has a way to, over https alone; nobody reaches them yet. */
export function createTaskGroup(scope: Construct, { vpc }: Network): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'Group', {
    vpc,
    description: 'Tasks of an MCP server, for its load balancer alone',
    allowAllOutbound: false,
  });
  group.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, 'AWS services, keys of the token issuer');
  return group;
}

export interface ServiceOptions {
  readonly task: Task;
  readonly guard: ecs.ContainerDefinition;
  readonly network: Network;
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly loadBalancer: LoadBalancer;
  readonly settings: Settings;
  readonly options: FargateHostingOptions;
  readonly state: StateOptions;
}

export function createService(scope: Construct, given: ServiceOptions): ecs.FargateService {
  const { task, guard, network, loadBalancer, settings, options } = given;
  const service = new ecs.FargateService(scope, 'Service', {
    cluster: options.cluster ?? createCluster(scope, network, given.state),
    taskDefinition: task.definition,
    platformVersion: ecs.FargatePlatformVersion.VERSION1_4,
    assignPublicIp: false,
    vpcSubnets: network.subnets,
    securityGroups: given.securityGroups,
    // Without scaling the number is fixed; with it, a deployment must not set it back.
    desiredCount: settings.minTasks === settings.maxTasks ? settings.minTasks : undefined,
    minHealthyPercent: 100,
    maxHealthyPercent: 200,
    circuitBreaker: { enable: true, rollback: true },
    availabilityZoneRebalancing: ecs.AvailabilityZoneRebalancing.ENABLED,
    healthCheckGracePeriod: options.healthCheckGracePeriod ?? Duration.seconds(60),
    propagateTags: ecs.PropagatedTagSource.SERVICE,
    enableECSManagedTags: true,
    enableExecuteCommand: false,
    ...deploymentSettings(settings.deployment),
  });
  // Tasks must not start before their role may do what the guard does first.
  service.node.addDependency(task.role, task.executionRole);
  const { targets, alternate } = loadBalancer;
  const traffic = alternate && { ...alternate, role: trafficRole(scope, loadBalancer) };
  const target = service.loadBalancerTarget({
    containerName: guard.containerName,
    containerPort: GUARD_PORT,
    alternateTarget:
      traffic &&
      new ecs.AlternateTarget('Alternate', {
        alternateTargetGroup: traffic.targets,
        productionListener: ecs.ListenerRuleConfiguration.applicationListenerRule(traffic.rule),
        role: traffic.role,
      }),
  });
  targets.addTarget(target);
  // The role's policies are resources of their own, which nothing else makes the service wait for.
  if (traffic) service.node.addDependency(traffic.rule, traffic.role);
  return service;
}

function createCluster(scope: Construct, { vpc }: Network, { encryptionKey }: StateOptions): ecs.Cluster {
  return new ecs.Cluster(scope, 'Cluster', {
    vpc,
    containerInsightsV2: ecs.ContainerInsights.ENABLED,
    managedStorageConfiguration: encryptionKey && { fargateEphemeralStorageKmsKey: encryptionKey },
  });
}
