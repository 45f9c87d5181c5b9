import { generatedName, shortId } from '../physical-ids';
import { arn, type ResourceType, type ResourceView, seed, stringOr } from './resource-type';

const name = (resource: ResourceView) =>
  stringOr(resource, 'Name', generatedName(resource.stackName, resource.logicalId));

/** An ARN ends in six characters that no one chose, so that a secret made anew under the old name has another. */
const secretArn = (resource: ResourceView) =>
  arn(resource, 'secretsmanager', `secret:${name(resource)}-${shortId(seed(resource)).slice(0, 6)}`);

export const SECRETS_MANAGER_TYPES: Readonly<Record<string, ResourceType>> = {
  'AWS::SecretsManager::Secret': {
    ref: secretArn,
    attributes: { Id: secretArn },
    honoured: [
      'GenerateSecretString.ExcludeCharacters',
      'GenerateSecretString.ExcludeLowercase',
      'GenerateSecretString.ExcludeNumbers',
      'GenerateSecretString.ExcludePunctuation',
      'GenerateSecretString.ExcludeUppercase',
      'GenerateSecretString.GenerateStringKey',
      'GenerateSecretString.IncludeSpace',
      'GenerateSecretString.PasswordLength',
      'GenerateSecretString.RequireEachIncludedType',
      'GenerateSecretString.SecretStringTemplate',
      'Name',
      'SecretString',
    ],
    inert: ['Description', 'KmsKeyId', 'ReplicaRegions', 'Tags'],
  },
  'AWS::SecretsManager::ResourcePolicy': {
    ref: secretArn,
    attributes: {},
    honoured: [],
    inert: ['*'],
  },
};
