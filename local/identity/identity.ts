import { rm } from 'node:fs/promises';
import type { Identity, IdentityConfig } from './config';
import { writeKey } from './keys';
import { type Listener, listen } from './listen';
import { changeUser, createPool, type Pool } from './pool';
import { domainRoutes, issuerRoutes } from './routes';
import { sign } from './tokens';
import { problemsOf } from './validate';

/**
 * An OpenID provider shaped like Cognito, for the local platform and for tests: the cognito-idp origin with the
 * documents of every pool, and one managed-login domain per pool.
 *
 * Written on `jose` alone. A general provider would have to be bent at nearly every point where Cognito departs
 * from the standards: access tokens without `aud`, `resource` free to choose, PKCE optional, no consent, one
 * cookie for all clients, no `iss`, issuer and endpoints on two origins.
 *
 * @throws what Cognito would refuse at deployment, and a port that is taken
 */
export async function startIdentity(
  config: IdentityConfig,
  log: (line: string) => void = () => {},
  now: () => number = Date.now,
): Promise<Identity> {
  const problems = problemsOf(config);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const pools = await Promise.all(config.pools.map((pool) => createPool(pool, now)));
  const opened: (() => Promise<void>)[] = [];
  const close = async () => void (await Promise.all(opened.splice(0).map((undo) => undo())));

  try {
    const listeners = [
      { port: config.origin.port, handler: issuerRoutes(pools, log) },
      ...pools.flatMap((pool) =>
        pool.config.domain ? [{ port: pool.config.domain.port, handler: domainRoutes(pool) }] : [],
      ),
    ];
    for (const { port, handler } of listeners) {
      const listener: Listener = await listen(port, handler, log).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'EADDRINUSE' ? new Error(`port ${port} is in use: free it, or choose another`) : error;
      });
      opened.push(() => listener.close());
    }
    if (config.keyDir !== undefined) {
      for (const pool of pools) {
        const file = await writeKey(config.keyDir, pool.config.poolId, pool.keys.access);
        opened.push(() => rm(file, { force: true }));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }

  return {
    close,
    setUser: (poolId, username, change) => changeUser(find(pools, poolId), username, change),
    mint: async (poolId, claims, header) => sign(find(pools, poolId).keys.access, claims, header),
  };
}

function find(pools: readonly Pool[], poolId: string): Pool {
  const pool = pools.find(({ config }) => config.poolId === poolId);
  if (!pool)
    throw new Error(`unknown pool '${poolId}': use one of ${pools.map(({ config }) => config.poolId).join(', ')}`);
  return pool;
}
