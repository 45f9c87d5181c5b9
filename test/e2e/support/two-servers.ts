/** The fixture app, running in this process: two servers in one stack, a description of each. */
import { dirname } from 'node:path';
import type { Deployment } from '../../../local/deployment/deployment';
import { describeStack } from '../../../local/describe-stack';
import { type DescribedStack, describedWith } from '../../support/stack';
import { startHere } from './in-process';

export const TWO_SERVERS = 'npx tsx test/e2e/fixtures/app.ts';

export interface TwoServers {
  readonly faults: DescribedStack;
  readonly neighbour: DescribedStack;
  stop(): Promise<void>;
}

export async function startTwoServers(port: number): Promise<TwoServers> {
  const { stack: faults, deployment, stop } = await startHere({ port, app: TWO_SERVERS });
  return { faults, neighbour: neighbourOf(faults, deployment), stop };
}

/** The other server of the one that is described first. */
export function neighbourOf(faults: DescribedStack, deployment: Deployment): DescribedStack {
  const others = { ...deployment, pools: deployment.pools.filter(({ issuer }) => issuer !== faults.issuer) };
  return describedWith(describeStack(others, { ...faults, keyDir: dirname(faults.signingKey) }), deployment);
}
