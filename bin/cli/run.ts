import { writeFileSync } from 'node:fs';
import { serversOf } from './access';
import { readStacks } from './assembly';
import { CliFailure } from './failure';
import { parseCommand, USAGE } from './options';
import { accessTable } from './table';

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Runs one command line and returns the exit code. */
export function run(args: readonly string[], version: string, output: Output): number {
  try {
    const command = parseCommand(args);
    if (command.kind === 'help') output.out(USAGE);
    else if (command.kind === 'version') output.out(version);
    else access(command.assembly, command.json, output);
    return 0;
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    output.error(`cdk-mcp: ${error.message}`);
    return error.exitCode;
  }
}

function access(assembly: string, json: string | undefined, output: Output): void {
  const servers = readStacks(assembly).flatMap(serversOf);
  if (servers.length === 0) {
    throw new CliFailure(`no MCP server in '${assembly}': name the assembly of an app with a SecureMcpServer`);
  }
  if (json !== undefined) writeJson(json, { version: 1, servers });
  output.out(servers.map(accessTable).join('\n\n'));
}

function writeJson(file: string, content: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`);
  } catch (error) {
    throw new CliFailure(`cannot write '${file}' (${(error as Error).message}): name a file in an existing folder`);
  }
}
