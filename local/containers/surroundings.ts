import type { SecretSpec } from '../deployment/secrets';
import { LocalFailure } from '../failure';
import type { Preload } from '../functions/preload';
import type { OriginRow } from '../template/origins';
import type { Reaper } from './reaper';

/** What all tasks of a service are started with. */
export interface TaskSurroundings {
  readonly cluster: string;
  readonly region: string;
  readonly path: string;
  readonly origins: readonly OriginRow[];
  readonly secrets: readonly SecretSpec[];
  readonly serviceEndpoints: Readonly<Record<string, string>>;
  readonly preload?: Preload;
  readonly reaper: Pick<Reaper, 'watch' | 'forget'>;
  log(container: string, line: string): void;
}

/**
 * What ECS puts into a variable: a secret of the app, or one key of a JSON one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
export function valueOfSecret(from: string, secrets: readonly SecretSpec[]): string {
  const secret = secrets.find(({ arn }) => from === arn || from.startsWith(`${arn}:`));
  if (!secret) {
    throw new LocalFailure(`the secret ${from} is not part of the app: there is nowhere to get its value from`);
  }
  const [key] = from.slice(secret.arn.length + 1).split(':');
  if (!key) return secret.value;
  const value = (JSON.parse(secret.value) as Record<string, unknown>)[key];
  if (value === undefined) throw new LocalFailure(`the secret ${secret.name} has no key '${key}'`);
  return String(value);
}
