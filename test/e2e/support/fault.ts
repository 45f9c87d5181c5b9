/** Runs an assembly in this process, its policies enforced, and looks for what does not hold. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDemonstration } from '../../../local/demo/demonstration';
import { type Deployment, readDeployment } from '../../../local/deployment/deployment';
import { describeStack } from '../../../local/describe-stack';
import type { Preload } from '../../../local/functions/preload';
import { LogBook } from '../../../local/log-book';
import { keyFolder, startPlatform } from '../../../local/platform';
import { readAssembly } from '../../../local/template/assembly';
import { type DescribedStack, describedWith, temporaryFolder } from '../../support/stack';
import type { Assembly } from './assembly';
import { startAwsGate } from './aws-gate';
import { policiesOf } from './policies';
import { type Probe, wrongAnswer } from './probe';

/** What is looked at, in this order; the first thing that does not hold ends it. */
export interface Look {
  /** Requests, each with what it is to be answered. */
  readonly probes: (stack: DescribedStack, deployment: Deployment) => Promise<readonly Probe[]>;
  /** Whether the demonstration runs. */
  readonly demonstration?: boolean;
}

/** The refusal to start, the request that is answered otherwise, or the step that fails; undefined: all holds. */
export async function faultOf(assembly: Assembly, port: number, look: Look): Promise<string | undefined> {
  const dir = temporaryFolder();
  const gate = await startAwsGate();
  try {
    const read = readAssembly(assembly.dir);
    const allowed = policiesOf(read);
    gate.decide = (call) => (allowed(call) ? 'pass' : { status: 400, type: 'AccessDeniedException' });
    return await run(readDeployment(read, port), dir, gate.preload, look);
  } catch (error) {
    return (error as Error).message;
  } finally {
    await gate.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(deployment: Deployment, dir: string, preload: Preload, look: Look): Promise<string | undefined> {
  const logs = new LogBook(join(dir, 'logs'));
  const keyDir = keyFolder(dir);
  const { tablesEndpoint, close } = await startPlatform(deployment, logs, keyDir, preload);
  try {
    const stack = describeStack(deployment, { logs: logs.dir, auditLog: logs.auditLog, keyDir, tablesEndpoint });
    for (const probe of await look.probes(describedWith(stack, deployment), deployment)) {
      const wrong = await wrongAnswer(stack, probe);
      if (wrong !== undefined) return wrong;
    }
    if (!look.demonstration) return undefined;
    const lines: string[] = [];
    await runDemonstration(stack, { write: (line) => lines.push(line), auditLines: () => logs.auditLines() });
    return lines.find((line) => line.includes('✗'));
  } finally {
    await close();
  }
}
