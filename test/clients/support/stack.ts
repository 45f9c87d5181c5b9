/** The notes example in this process, with a metadata document host of its own behind it. */
import { rmSync } from 'node:fs';
import type { DemoUser, StackFile } from '../../../local/stack-file';
import { start } from '../../../local/start';
import { type CimdServer, PRELOAD, startCimdServer } from '../../support/cimd-server';
import { freePort, temporaryFolder } from '../../support/stack';

/** The host that the notes example keeps free for clients of one's own. */
const DOCUMENT_HOST = 'client.example.com';

export interface ClientStack {
  readonly stack: StackFile;
  /** Where clients publish their metadata documents. */
  readonly documents: CimdServer;
  stop(): Promise<void>;
}

export interface ClientStackOptions {
  /** The first port; when another run has it, a higher one is taken. */
  readonly port: number;
  readonly dynamic?: boolean;
}

export async function startClientStack({ port, dynamic = false }: ClientStackOptions): Promise<ClientStack> {
  const documents = await startCimdServer(DOCUMENT_HOST);
  const dir = temporaryFolder();
  const end = async () => {
    await documents.close();
    rmSync(dir, { recursive: true, force: true });
  };
  const lines: string[] = [];
  try {
    const running = await start(
      {
        port: await freePort(port),
        dir,
        dynamic,
        preload: PRELOAD,
        preloadEnv: preloadVariables(documents),
        once: false,
        help: false,
      },
      (line) => lines.push(line),
    );
    const stop = async () => {
      await running.close();
      await end();
    };
    return { stack: running.stack, documents, stop };
  } catch (error) {
    await end();
    throw new Error(`the stack did not start: ${(error as Error).message}\n${lines.join('\n')}`);
  }
}

/** In the administrators' group, or in none. */
export function person(stack: StackFile, groups: 'admin' | 'member' = 'admin'): DemoUser {
  const found = stack.users.find((user) => user.groups.includes('admins') === (groups === 'admin'));
  if (found === undefined) throw new Error(`the stack has no ${groups}`);
  return found;
}

/** The platform itself adds the option that loads the module. */
function preloadVariables({ environment }: CimdServer): string[] {
  return Object.entries(environment).flatMap(([name, value]) => (name === 'NODE_OPTIONS' ? [] : [`${name}=${value}`]));
}
