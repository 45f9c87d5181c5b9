import { LocalFailure } from '../failure';
import type { OriginRow } from '../template/origins';
import type { Stack } from '../template/stack';
import { type GenerateSecretString, generateSecretString } from './generated-secret';
import { type Resource, resourcesOf } from './reader';

/** One secret of the app and its value. */
export interface SecretSpec {
  readonly arn: string;
  readonly name: string;
  readonly value: string;
}

/** The secrets of the app; those that Secrets Manager would generate are new in every run. */
export function readSecrets(stacks: readonly Stack[], origins: readonly OriginRow[]): SecretSpec[] {
  return resourcesOf(stacks, 'AWS::SecretsManager::Secret', origins).map((secret) => ({
    arn: secret.id,
    name: nameIn(secret.id),
    value: secretValue(secret),
  }));
}

function secretValue(secret: Resource): string {
  const given = secret.property<string>('SecretString');
  const rules = secret.property<GenerateSecretString>('GenerateSecretString');
  if ((given === undefined) === (rules === undefined)) {
    throw new LocalFailure(
      `${secret.logicalId} needs either SecretString or GenerateSecretString: without a value nobody can read it`,
    );
  }
  return given ?? generateSecretString(secret.logicalId, rules ?? {});
}

/** The name within an ARN, without the six characters at its end. */
function nameIn(arn: string): string {
  return arn.split(':').slice(6).join(':').slice(0, -7);
}
