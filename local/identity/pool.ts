import type { AppClientConfig, PoolConfig, UserChange } from './config';
import { createKeys, type PoolKeys } from './keys';
import { createStore, type Store, type User } from './store';

/** One user pool while it runs. */
export interface Pool {
  readonly config: PoolConfig;
  readonly keys: PoolKeys;
  readonly store: Store;
  /** Milliseconds, as `Date.now`. */
  readonly now: () => number;
}

export async function createPool(config: PoolConfig, now: () => number): Promise<Pool> {
  return { config, keys: await createKeys(), store: createStore(config, now), now };
}

export function secondsOf(pool: Pool): number {
  return Math.floor(pool.now() / 1000);
}

export function clientOf(pool: PoolConfig, clientId: string | null): AppClientConfig | undefined {
  return pool.clients.find((client) => client.clientId === clientId);
}

/** The user, unless unknown or disabled. */
export function enabledUser(pool: Pool, username: string): User | undefined {
  const user = pool.store.users.get(username);
  return user?.enabled ? user : undefined;
}

export function userBySignInName(pool: Pool, name: string): User | undefined {
  return [...pool.store.users.values()].find(({ signInName }) => signInName === name);
}

export function changeUser(pool: Pool, name: string, change: UserChange): void {
  const user = userBySignInName(pool, name);
  if (!user)
    throw new Error(
      `unknown user '${name}': pool ${pool.config.poolId} has ${[...pool.store.users.values()].map(({ signInName }) => signInName).join(', ')}`,
    );
  const unknown = change.groups?.find((group) => !pool.config.groups.includes(group));
  if (unknown !== undefined) throw new Error(`unknown group '${unknown}': use one of ${pool.config.groups.join(', ')}`);
  if (change.enabled !== undefined) user.enabled = change.enabled;
  if (change.groups) user.groups = [...change.groups];
}

/** Resource binding is of managed login on the Essentials and Plus plans; elsewhere `resource` has no effect. */
export function bindsResources(pool: PoolConfig): boolean {
  return pool.featurePlan !== 'LITE' && pool.domain?.managedLoginVersion === 2;
}
