import { generatedName, uuid } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const functionName = (resource: ResourceView) =>
  stringOr(resource, 'FunctionName', generatedName(resource.stackName, resource.logicalId));

/** The ARN of the function that a version or an alias is of: they name it by name or by ARN. */
function unversioned(resource: ResourceView): string {
  const name = String(resource.property('FunctionName'));
  return name.startsWith('arn:') ? name : arn(resource, 'lambda', `function:${name}`);
}

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
  'AWS::Lambda::Alias': {
    ref: (resource) => `${unversioned(resource)}:${String(resource.property('Name'))}`,
    attributes: {},
    honoured: ['FunctionName', 'Name'],
    inert: ['Description', 'FunctionVersion', 'ProvisionedConcurrencyConfig'],
    noted: { RoutingConfig: 'one version runs here, it gets all the traffic' },
  },
  'AWS::Lambda::Version': {
    ref: (resource) => `${unversioned(resource)}:1`,
    attributes: { FunctionArn: (resource) => `${unversioned(resource)}:1`, Version: () => '1' },
    honoured: ['FunctionName'],
    inert: ['CodeSha256', 'Description', 'ProvisionedConcurrencyConfig', 'RuntimePolicy'],
  },
  'AWS::Lambda::Permission': {
    ref: (resource) => generatedName(resource.stackName, resource.logicalId),
    attributes: { Id: (resource) => uuid(seed(resource)) },
    honoured: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    inert: [],
  },
};
