import { generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const LISTED_ATTRIBUTES = ['Key', 'Value'];
const ACTIONS = ['FixedResponseConfig', 'ForwardConfig', 'Order', 'TargetGroupArn', 'Type'];

/** Sixteen hexadecimal digits, as load balancers and what belongs to them have at the end of their ARNs. */
const digits = (text: string) => uuid(text).replaceAll('-', '').slice(0, 16);
const name = (resource: ResourceView) =>
  stringOr(resource, 'Name', generatedName(resource.stackName, resource.logicalId, 32));

const balancerName = (resource: ResourceView) => `app/${name(resource)}/${digits(seed(resource))}`;
const balancerArn = (resource: ResourceView) =>
  arn(resource, 'elasticloadbalancing', `loadbalancer/${balancerName(resource)}`);
const groupName = (resource: ResourceView) => `targetgroup/${name(resource)}/${digits(seed(resource))}`;
const groupArn = (resource: ResourceView) => arn(resource, 'elasticloadbalancing', groupName(resource));
/** A listener's ARN goes on from its load balancer's, a rule's from its listener's. */
const listenerArn = (resource: ResourceView) =>
  `${String(resource.property('LoadBalancerArn')).replace(':loadbalancer/', ':listener/')}/${digits(seed(resource))}`;
const ruleArn = (resource: ResourceView) =>
  `${String(resource.property('ListenerArn')).replace(':listener/', ':listener-rule/')}/${digits(seed(resource))}`;

export const LOAD_BALANCER_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    ref: balancerArn,
    attributes: {
      CanonicalHostedZoneID: (resource) => `Z${digits(seed(resource)).toUpperCase()}`,
      DNSName: (resource) => `internal-${name(resource)}-1234567890.${resource.region}.elb.amazonaws.com`,
      LoadBalancerArn: balancerArn,
      LoadBalancerFullName: balancerName,
      LoadBalancerName: name,
      SecurityGroups: (resource) => resource.property('SecurityGroups'),
    },
    honoured: [
      ...LISTED_ATTRIBUTES.map((key) => `LoadBalancerAttributes.${key}`),
      'Scheme',
      'SecurityGroups',
      'Subnets',
      'Type',
    ],
    inert: ['IpAddressType', 'Name', 'Tags'],
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    ref: listenerArn,
    attributes: { ListenerArn: listenerArn },
    honoured: [...ACTIONS.map((key) => `DefaultActions.${key}`), 'LoadBalancerArn', 'Port', 'Protocol'],
    inert: ['AlpnPolicy', 'Certificates', 'ListenerAttributes', 'SslPolicy'],
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    ref: ruleArn,
    attributes: { IsDefault: () => false, RuleArn: ruleArn },
    honoured: [...ACTIONS.map((key) => `Actions.${key}`), 'Conditions', 'ListenerArn', 'Priority'],
    inert: ['Tags'],
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    ref: groupArn,
    attributes: {
      LoadBalancerArns: () => [],
      TargetGroupArn: groupArn,
      TargetGroupFullName: groupName,
      TargetGroupName: name,
    },
    honoured: [
      'HealthCheckEnabled',
      'HealthCheckIntervalSeconds',
      'HealthCheckPath',
      'HealthCheckPort',
      'HealthCheckProtocol',
      'HealthCheckTimeoutSeconds',
      'HealthyThresholdCount',
      'Matcher.HttpCode',
      'Port',
      'Protocol',
      ...LISTED_ATTRIBUTES.map((key) => `TargetGroupAttributes.${key}`),
      'TargetType',
      'UnhealthyThresholdCount',
    ],
    inert: ['IpAddressType', 'Name', 'ProtocolVersion', 'Tags', 'VpcId'],
  },
};
