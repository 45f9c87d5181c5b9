/** Runs an assembly in this process and looks for what does not hold. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runDemonstration } from '../../../local/demo/demonstration';
import { type Deployment, readDeployment } from '../../../local/deployment/deployment';
import { describeStack } from '../../../local/describe-stack';
import { LogBook } from '../../../local/log-book';
import { keyFolder, startPlatform } from '../../../local/platform';
import { readAssembly } from '../../../local/template/assembly';
import { temporaryFolder } from '../../support/stack';
import type { Assembly } from './assembly';
import { routesAnswer } from './routes';

/** The refusal to start, the route that answers otherwise, or the step that fails; undefined: everything holds. */
export async function faultOf(assembly: Assembly, port: number): Promise<string | undefined> {
  const dir = temporaryFolder();
  try {
    return await run(readDeployment(readAssembly(assembly.dir), port), dir);
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(deployment: Deployment, dir: string): Promise<string | undefined> {
  const logs = new LogBook(join(dir, 'logs'));
  const keyDir = keyFolder(dir);
  const { tablesEndpoint, close } = await startPlatform(deployment, logs, keyDir);
  try {
    const stack = describeStack(deployment, { logs: logs.dir, auditLog: logs.auditLog, keyDir, tablesEndpoint });
    const wrong = await routesAnswer(stack);
    if (wrong !== undefined) return wrong;
    const lines: string[] = [];
    await runDemonstration(stack, { write: (line) => lines.push(line), auditLines: () => logs.auditLines() });
    return lines.find((line) => line.includes('✗'));
  } finally {
    await close();
  }
}
