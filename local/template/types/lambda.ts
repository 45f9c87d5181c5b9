import { generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const functionName = (resource: ResourceView) =>
  stringOr(resource, 'FunctionName', generatedName(resource.stackName, resource.logicalId));

export const LAMBDA_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::Lambda::Function': {
    ref: functionName,
    attributes: { Arn: (resource) => arn(resource, 'lambda', `function:${functionName(resource)}`) },
    honoured: [
      'Code.S3Bucket',
      'Code.S3Key',
      'Environment.Variables',
      'FunctionName',
      'Handler',
      'LoggingConfig.ApplicationLogLevel',
      'LoggingConfig.LogFormat',
      'LoggingConfig.LogGroup',
      'MemorySize',
      'PackageType',
      'ReservedConcurrentExecutions',
      'Runtime',
      'Timeout',
      'TracingConfig.Mode',
    ],
    inert: [
      'Architectures',
      'DeadLetterConfig',
      'Description',
      'EphemeralStorage',
      'KmsKeyArn',
      'LoggingConfig.SystemLogLevel',
      'RecursiveLoop',
      'Role',
      'RuntimeManagementConfig',
      'Tags',
      'VpcConfig',
    ],
  },
  'AWS::Lambda::Permission': {
    ref: (resource) => generatedName(resource.stackName, resource.logicalId),
    attributes: { Id: (resource) => uuid(seed(resource)) },
    honoured: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    inert: [],
  },
};
