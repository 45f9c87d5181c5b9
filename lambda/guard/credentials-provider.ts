/** Where the credentials of this process come from: its environment, or the agent of its task. */
import type { Environment } from '../environment';
import { type CredentialsProvider, containerCredentials } from './container-credentials';

/** One for all callers of an environment, so that they ask once. */
const providers = new WeakMap<Environment, CredentialsProvider>();

export function credentialsOf(environment: Environment): CredentialsProvider {
  const known = providers.get(environment);
  if (known !== undefined) return known;
  const provider = inContainer(environment) ? containerCredentials(environment) : fromEnvironment(environment);
  providers.set(environment, provider);
  return provider;
}

/** Keys in the environment are preferred, as the AWS SDKs prefer them. */
function inContainer(environment: Environment): boolean {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } = environment;
  return environment.AWS_ACCESS_KEY_ID === undefined && (path !== undefined || full !== undefined);
}

function fromEnvironment(environment: Environment): CredentialsProvider {
  return () => ({
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    sessionToken: environment.AWS_SESSION_TOKEN,
  });
}
