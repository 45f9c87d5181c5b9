import { apiId, shortId } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed } from './resource-type';

const hash = (resource: ResourceView) => apiId(seed(resource));
const vpcId = (resource: ResourceView) => `vpc-${hash(resource)}`;
const subnetId = (resource: ResourceView) => `subnet-${hash(resource)}`;
const groupId = (resource: ResourceView) => `sg-${hash(resource)}`;
const ruleId = (resource: ResourceView) => `sgr-${hash(resource)}`;
const linkId = (resource: ResourceView) => shortId(seed(resource));

const RULE = ['CidrIp', 'CidrIpv6', 'FromPort', 'GroupId', 'IpProtocol', 'ToPort'];

/** Networks are one loopback interface here; security groups are decided on as if they were not. */
export const NETWORK_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::EC2::VPC': {
    ref: vpcId,
    attributes: {
      CidrBlock: (resource) => resource.property('CidrBlock'),
      DefaultSecurityGroup: (resource) => `sg-default-${hash(resource)}`,
      VpcId: vpcId,
    },
    honoured: [],
    inert: ['*'],
  },
  'AWS::EC2::Subnet': {
    ref: subnetId,
    attributes: { CidrBlock: (resource) => resource.property('CidrBlock'), SubnetId: subnetId },
    honoured: [],
    inert: ['*'],
  },
  'AWS::EC2::SecurityGroup': {
    ref: groupId,
    attributes: { GroupId: groupId, Id: groupId, VpcId: (resource) => resource.property('VpcId') },
    honoured: ['SecurityGroupEgress', 'SecurityGroupIngress', 'VpcId'],
    inert: ['GroupDescription', 'GroupName', 'Tags'],
  },
  'AWS::EC2::SecurityGroupIngress': {
    ref: ruleId,
    attributes: { Id: ruleId },
    honoured: [...RULE, 'SourcePrefixListId', 'SourceSecurityGroupId'],
    inert: ['Description', 'SourceSecurityGroupOwnerId'],
  },
  'AWS::EC2::SecurityGroupEgress': {
    ref: ruleId,
    attributes: { Id: ruleId },
    honoured: [...RULE, 'DestinationPrefixListId', 'DestinationSecurityGroupId'],
    inert: ['Description'],
  },
  'AWS::ApiGatewayV2::VpcLink': {
    ref: linkId,
    attributes: {
      VpcLinkArn: (resource) => arn(resource, 'apigateway', `/vpclinks/${linkId(resource)}`),
      VpcLinkId: linkId,
    },
    honoured: ['SecurityGroupIds', 'SubnetIds'],
    inert: ['Name', 'Tags'],
  },
};
