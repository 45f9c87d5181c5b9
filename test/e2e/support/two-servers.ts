/** The fixture app, running in this process: two servers in one stack, a description of each. */
import { rmSync } from 'node:fs';
import { describeStack } from '../../../local/describe-stack';
import type { StackFile } from '../../../local/stack-file';
import { start } from '../../../local/start';
import { freePort, temporaryFolder } from '../../support/stack';

export interface TwoServers {
  readonly faults: StackFile;
  readonly neighbour: StackFile;
  stop(): Promise<void>;
}

export async function startTwoServers(preferred: number): Promise<TwoServers> {
  const dir = temporaryFolder();
  const port = await freePort(preferred);
  const options = { port, dir, once: false, help: false, app: 'npx tsx test/e2e/fixtures/app.ts' };
  const { stack, deployment, close } = await start(options, () => {});
  const rest = { ...deployment, pools: deployment.pools.filter(({ issuer }) => issuer !== stack.issuer) };
  return {
    faults: stack,
    neighbour: describeStack(rest, { ...stack, keyDir: stack.signingKey.replace(/\/[^/]+$/, '') }),
    async stop() {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
