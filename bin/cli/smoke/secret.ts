import { CliFailure } from '../failure';
import type { SecretSource } from './command';

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws CliFailure when there is none; what is thrown never has the secret in it. */
export async function secretOf(source: SecretSource, environment: Environment): Promise<string> {
  const secret = 'variable' in source ? environment[source.variable] : await fromSecretsManager(source.secretId);
  if (secret !== undefined && secret.trim() !== '') return secret.trim();
  throw new CliFailure(
    'variable' in source
      ? `the variable ${source.variable} is empty: put the client's secret there, or name it with --secret-id`
      : `the secret '${source.secretId}' has no text: store the client's secret as a plain string`,
  );
}

/** The AWS client is loaded for this alone. */
async function fromSecretsManager(secretId: string): Promise<string | undefined> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({});
  try {
    return (await client.send(new GetSecretValueCommand({ SecretId: secretId }))).SecretString;
  } catch (error) {
    const { name } = error as Error;
    throw new CliFailure(`cannot read the secret '${secretId}' (${name}): check its name, the region and your rights`);
  } finally {
    client.destroy();
  }
}
