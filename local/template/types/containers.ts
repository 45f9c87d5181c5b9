import { generatedName } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, stringOr } from './resource-type';

const clusterName = (resource: ResourceView) =>
  stringOr(resource, 'ClusterName', generatedName(resource.stackName, resource.logicalId));
const family = (resource: ResourceView) =>
  stringOr(resource, 'Family', generatedName(resource.stackName, resource.logicalId));
const definitionArn = (resource: ResourceView) => arn(resource, 'ecs', `task-definition/${family(resource)}:1`);
const serviceName = (resource: ResourceView) =>
  stringOr(resource, 'ServiceName', generatedName(resource.stackName, resource.logicalId));
const serviceArn = (resource: ResourceView) =>
  arn(resource, 'ecs', `service/${String(resource.property('Cluster') ?? 'default')}/${serviceName(resource)}`);

const CONTAINER_HONOURED = [
  'Command',
  'DependsOn',
  'EntryPoint',
  'Environment',
  'Essential',
  'HealthCheck',
  'Image',
  'Name',
  'PortMappings',
  'Secrets',
  'StopTimeout',
];

const CONTAINER_INERT = [
  'Cpu',
  'DockerLabels',
  'LinuxParameters',
  'LogConfiguration',
  'Memory',
  'MemoryReservation',
  'Privileged',
  'StartTimeout',
  'Ulimits',
  'VersionConsistency',
];

const FILES = 'containers have the file system of this machine, and may write to it';

export const CONTAINER_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ApplicationAutoScaling::ScalableTarget': {
    ref: (resource) =>
      [resource.property('ResourceId'), resource.property('ScalableDimension'), 'ecs'].map(String).join('|'),
    attributes: {},
    honoured: ['MinCapacity', 'ResourceId', 'ScalableDimension', 'ServiceNamespace'],
    inert: ['RoleARN', 'ScheduledActions', 'SuspendedState'],
    noted: { MaxCapacity: 'there are always as many tasks as there are at least' },
  },
  'AWS::ApplicationAutoScaling::ScalingPolicy': {
    ref: (resource) => arn(resource, 'autoscaling', `scalingPolicy/${resource.logicalId}`),
    attributes: { Arn: (resource) => arn(resource, 'autoscaling', `scalingPolicy/${resource.logicalId}`) },
    honoured: [],
    inert: ['*'],
  },
  'AWS::ECS::Cluster': {
    ref: clusterName,
    attributes: { Arn: (resource) => arn(resource, 'ecs', `cluster/${clusterName(resource)}`) },
    honoured: ['ClusterName'],
    inert: ['*'],
  },
  'AWS::ECS::ClusterCapacityProviderAssociations': {
    ref: clusterName,
    attributes: {},
    honoured: [],
    inert: ['*'],
  },
  'AWS::ECS::TaskDefinition': {
    ref: definitionArn,
    attributes: { TaskDefinitionArn: definitionArn },
    honoured: [...CONTAINER_HONOURED.map((name) => `ContainerDefinitions.${name}`), 'Family', 'NetworkMode'],
    inert: [
      ...CONTAINER_INERT.map((name) => `ContainerDefinitions.${name}`),
      'Cpu',
      'EphemeralStorage',
      'ExecutionRoleArn',
      'Memory',
      'RequiresCompatibilities',
      'RuntimePlatform',
      'Tags',
      'TaskRoleArn',
    ],
    noted: {
      'ContainerDefinitions.MountPoints': FILES,
      'ContainerDefinitions.ReadonlyRootFilesystem': FILES,
      'ContainerDefinitions.User': 'containers run as the user who started this',
      Volumes: FILES,
    },
  },
  'AWS::ECS::Service': {
    ref: serviceArn,
    attributes: { Name: serviceName, ServiceArn: serviceArn },
    honoured: [
      'Cluster',
      'DeploymentConfiguration.DeploymentCircuitBreaker',
      'DeploymentConfiguration.MaximumPercent',
      'DeploymentConfiguration.MinimumHealthyPercent',
      'DeploymentController.Type',
      'DesiredCount',
      'HealthCheckGracePeriodSeconds',
      'LaunchType',
      'LoadBalancers.ContainerName',
      'LoadBalancers.ContainerPort',
      'LoadBalancers.TargetGroupArn',
      'NetworkConfiguration',
      'ServiceName',
      'TaskDefinition',
    ],
    inert: [
      'AvailabilityZoneRebalancing',
      'CapacityProviderStrategy',
      'DeploymentConfiguration.Alarms',
      'EnableECSManagedTags',
      'EnableExecuteCommand',
      'PlatformVersion',
      'PropagateTags',
      'SchedulingStrategy',
      'Tags',
    ],
    noted: {
      'DeploymentConfiguration.BakeTimeInMinutes': 'a deployment replaces tasks one after another',
      'DeploymentConfiguration.CanaryConfiguration': 'a deployment replaces tasks one after another',
      'DeploymentConfiguration.LifecycleHooks': 'no hooks of a deployment are called',
      'DeploymentConfiguration.LinearConfiguration': 'a deployment replaces tasks one after another',
      'DeploymentConfiguration.Strategy': 'a deployment replaces tasks one after another',
      'LoadBalancers.AdvancedConfiguration': 'the other target group of a deployment stays empty',
    },
  },
};
