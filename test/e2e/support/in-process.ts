/** An app running in this process, without its demonstration. */
import { rmSync } from 'node:fs';
import type { Deployment } from '../../../local/deployment/deployment';
import type { Preload } from '../../../local/functions/preload';
import { start } from '../../../local/start';
import { type DescribedStack, describedWith, freePort, temporaryFolder } from '../../support/stack';

export interface StackHere {
  readonly stack: DescribedStack;
  readonly deployment: Deployment;
  stop(): Promise<void>;
}

export async function startHere(given: {
  readonly port: number;
  readonly app: string;
  readonly preload?: Preload;
}): Promise<StackHere> {
  const dir = temporaryFolder();
  const options = {
    port: await freePort(given.port),
    dir,
    app: given.app,
    once: false,
    help: false,
    dynamic: false,
    preload: given.preload?.file,
    preloadEnv: Object.entries(given.preload?.variables ?? {}).map(([name, value]) => `${name}=${value}`),
  };
  const { stack, deployment, close } = await start(options, () => {});
  return {
    stack: describedWith(stack, deployment),
    deployment,
    async stop() {
      await close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
