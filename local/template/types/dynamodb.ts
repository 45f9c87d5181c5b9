import { generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const name = (resource: ResourceView) =>
  stringOr(resource, 'TableName', generatedName(resource.stackName, resource.logicalId, 255));
const tableArn = (resource: ResourceView) => arn(resource, 'dynamodb', `table/${name(resource)}`);

const HONOURED = [
  'AttributeDefinitions',
  'BillingMode',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
];

const NOTED = {
  StreamSpecification: 'no stream: changes to items reach nobody',
  TimeToLiveSpecification: 'items do not expire by themselves',
};

export const DYNAMODB_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::DynamoDB::Table': {
    ref: name,
    attributes: { Arn: tableArn, StreamArn: (resource) => `${tableArn(resource)}/stream/${uuid(seed(resource))}` },
    honoured: [...HONOURED, 'TableName'],
    inert: [
      'ContributorInsightsSpecification',
      'DeletionProtectionEnabled',
      'OnDemandThroughput',
      'PointInTimeRecoverySpecification',
      'ProvisionedThroughput',
      'ResourcePolicy',
      'SSESpecification',
      'TableClass',
      'Tags',
      'WarmThroughput',
    ],
    noted: NOTED,
  },
  'AWS::DynamoDB::GlobalTable': {
    ref: name,
    attributes: {
      Arn: tableArn,
      StreamArn: (resource) => `${tableArn(resource)}/stream/${uuid(seed(resource))}`,
      TableId: (resource) => uuid(seed(resource)),
    },
    honoured: [...HONOURED, 'TableName'],
    inert: [
      'Replicas',
      'SSESpecification',
      'WarmThroughput',
      'WriteOnDemandThroughputSettings',
      'WriteProvisionedThroughputSettings',
    ],
    noted: NOTED,
  },
};
