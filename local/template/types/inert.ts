import { apiId, generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const name = (resource: ResourceView) => generatedName(resource.stackName, resource.logicalId);
const hash = (resource: ResourceView) => apiId(seed(resource));

function inert(attributes: ResourceType['attributes'] = {}, ref: ResourceType['ref'] = name): ResourceType {
  return { ref, attributes, honoured: [], inert: ['*'] };
}

const topicArn = (resource: ResourceView) => arn(resource, 'sns', name(resource));
const bucket = (resource: ResourceView) => stringOr(resource, 'BucketName', name(resource).toLowerCase());
const logGroup = (resource: ResourceView) => String(resource.property('LogGroupName') ?? name(resource));

/**
 * Types that exist in the account and have nothing to run here. Their names and ARNs can be referred to; their
 * properties are not read. A type in none of the tables stops the start.
 */
export const INERT_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::CDK::Metadata': inert(),
  'AWS::CertificateManager::Certificate': inert({}, (resource) =>
    arn(resource, 'acm', `certificate/${uuid(seed(resource))}`),
  ),
  'AWS::CloudWatch::Alarm': inert({ Arn: (resource) => arn(resource, 'cloudwatch', `alarm:${name(resource)}`) }),
  'AWS::CloudWatch::CompositeAlarm': inert({
    Arn: (resource) => arn(resource, 'cloudwatch', `alarm:${name(resource)}`),
  }),
  'AWS::CloudWatch::Dashboard': inert(),
  'AWS::CodeDeploy::Application': inert(),
  'AWS::CodeDeploy::DeploymentConfig': inert(),
  'AWS::CodeDeploy::DeploymentGroup': inert(),
  'AWS::EC2::EIP': inert({ AllocationId: (resource) => `eipalloc-${hash(resource)}` }),
  'AWS::EC2::FlowLog': inert(),
  'AWS::EC2::InternetGateway': inert({ InternetGatewayId: (resource) => `igw-${hash(resource)}` }),
  'AWS::EC2::NatGateway': inert({ NatGatewayId: (resource) => `nat-${hash(resource)}` }),
  'AWS::EC2::Route': inert(),
  'AWS::EC2::RouteTable': inert({ RouteTableId: (resource) => `rtb-${hash(resource)}` }),
  'AWS::EC2::SubnetRouteTableAssociation': inert(),
  'AWS::EC2::VPCEndpoint': inert(),
  'AWS::EC2::VPCGatewayAttachment': inert(),
  'AWS::Events::Rule': inert({ Arn: (resource) => arn(resource, 'events', `rule/${name(resource)}`) }),
  'AWS::IAM::ManagedPolicy': inert({}, (resource) => `arn:aws:iam::${resource.account}:policy/${name(resource)}`),
  'AWS::IAM::Policy': inert(),
  'AWS::IAM::Role': inert({
    Arn: (resource) => `arn:aws:iam::${resource.account}:role/${name(resource)}`,
    RoleId: (resource) => `AROA${hash(resource).toUpperCase()}`,
  }),
  'AWS::KMS::Alias': inert({}, (resource) => String(resource.property('AliasName'))),
  'AWS::KMS::Key': inert(
    {
      Arn: (resource) => arn(resource, 'kms', `key/${uuid(seed(resource))}`),
      KeyId: (resource) => uuid(seed(resource)),
    },
    (resource) => uuid(seed(resource)),
  ),
  'AWS::Lambda::EventInvokeConfig': inert(),
  'AWS::Logs::LogGroup': inert(
    { Arn: (resource) => arn(resource, 'logs', `log-group:${logGroup(resource)}:*`) },
    logGroup,
  ),
  'AWS::Logs::MetricFilter': inert(),
  'AWS::Logs::QueryDefinition': inert(),
  'AWS::Logs::ResourcePolicy': inert(),
  'AWS::Route53::HealthCheck': inert({ HealthCheckId: (resource) => uuid(seed(resource)) }, (resource) =>
    uuid(seed(resource)),
  ),
  'AWS::Route53::HostedZone': inert(
    { Id: (resource) => `Z${hash(resource).toUpperCase()}` },
    (resource) => `Z${hash(resource).toUpperCase()}`,
  ),
  'AWS::Route53::RecordSet': inert({}, (resource) => String(resource.property('Name'))),
  'AWS::S3::Bucket': inert(
    {
      Arn: (resource) => `arn:aws:s3:::${bucket(resource)}`,
      DomainName: (resource) => `${bucket(resource)}.s3.amazonaws.com`,
      RegionalDomainName: (resource) => `${bucket(resource)}.s3.${resource.region}.amazonaws.com`,
    },
    bucket,
  ),
  'AWS::S3::BucketPolicy': inert(),
  'AWS::SNS::Subscription': inert(),
  'AWS::SNS::Topic': inert({ TopicArn: topicArn, TopicName: name }, topicArn),
  'AWS::SNS::TopicPolicy': inert(),
  // Made by the CDK to tidy up in the account.
  'Custom::S3AutoDeleteObjects': inert(),
  'Custom::VpcRestrictDefaultSG': inert(),
};
