import { writeFileSync } from 'node:fs';
import { serversOf } from './access';
import { accessChanges } from './access-changes';
import { readStacks } from './assembly';
import { clientSecretText } from './client-secret';
import { CliFailure } from './failure';
import type { GrantsTable } from './grants';
import { type Command, type GrantSelection, parseCommand, USAGE } from './options';
import { accessTable, grantsTable } from './table';

export interface Output {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

/** Runs one command line and returns the exit code. */
export async function run(args: readonly string[], version: string, output: Output): Promise<number> {
  try {
    await perform(parseCommand(args), version, output);
    return 0;
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    output.error(`cdk-mcp: ${error.message}`);
    return error.exitCode;
  }
}

async function perform(command: Command, version: string, output: Output): Promise<void> {
  switch (command.kind) {
    case 'help':
      return output.out(USAGE);
    case 'version':
      return output.out(version);
    case 'access':
      return access(command, output);
    case 'check':
      return check(command, output);
    case 'client-secret':
      return output.out(clientSecretText());
    case 'check-provider': {
      const { checkProvider, reportText } = await import('./provider');
      const report = await checkProvider(command.issuer, command.type);
      if (command.json !== undefined) writeJson(command.json, { version: 1, ...report });
      output.out(reportText(report));
      if (!report.usable) throw new CliFailure(`${report.issuer} lacks what is required`);
      return;
    }
    case 'changes': {
      const { changes, markdownOf, summaryOf } = await import('./changes');
      const stacks = await changes(command);
      if (command.json !== undefined) writeJson(command.json, { version: 1, stacks });
      if (command.markdown !== undefined) writeText(command.markdown, markdownOf(stacks));
      if (command.summary !== undefined) writeText(command.summary, summaryOf(stacks));
      return output.out(markdownOf(stacks));
    }
    case 'smoke': {
      const { secretOf, smoke, smokeTable } = await import('./smoke');
      const report = await smoke(command, await secretOf(command.secret, process.env));
      if (command.json !== undefined) writeJson(command.json, report);
      output.out(smokeTable(report));
      if (!report.passed) throw new CliFailure('the server falls short');
      return;
    }
    case 'grants-list': {
      const grants = await (await grantsOf(command)).list(command);
      if (command.json !== undefined) writeJson(command.json, { version: 1, grants });
      return output.out(grantsTable(grants));
    }
    case 'grants-revoke': {
      const table = await grantsOf(command);
      const ids = command.ids.length > 0 ? command.ids : (await table.list(command)).map(({ id }) => id);
      const unknown = await table.revoke(ids);
      output.out(`${ids.length - unknown.length} ended; their tokens are refused within a minute`);
      if (unknown.length > 0)
        throw new CliFailure(`no grant '${unknown.join("', '")}': \`cdk-mcp grants list\` shows the ids`);
    }
  }
}

/** Loaded for this command alone, as the AWS client below is for its own. */
async function check(selection: Extract<Command, { kind: 'check' }>, output: Output): Promise<void> {
  const [{ check: checked }, { checkTable }] = await Promise.all([import('./check/check'), import('./check/report')]);
  const report = await checked(selection);
  if (selection.json !== undefined) writeJson(selection.json, report);
  output.out(checkTable(report));
  const { length } = report.findings;
  if (length > 0) throw new CliFailure(`${length} ${length === 1 ? 'thing' : 'things'} to repair`);
}

/** The AWS client is loaded for this command alone. */
async function grantsOf(selection: GrantSelection): Promise<GrantsTable> {
  const { openGrants } = await import('./grants');
  return openGrants(selection);
}

function access({ assembly, since, json }: Extract<Command, { kind: 'access' }>, output: Output): void {
  const servers = readStacks(assembly).flatMap(serversOf);
  if (servers.length === 0) {
    throw new CliFailure(`no MCP server in '${assembly}': name the assembly of an app with a SecureMcpServer`);
  }
  if (since !== undefined) {
    const changes = accessChanges(readStacks(since).flatMap(serversOf), servers);
    if (json !== undefined) writeJson(json, { version: 1, changes });
    output.out(changes.length === 0 ? 'nobody gains or loses anything' : changes.join('\n'));
    return;
  }
  if (json !== undefined) writeJson(json, { version: 1, servers });
  output.out(servers.map(accessTable).join('\n\n'));
}

function writeJson(file: string, content: unknown): void {
  writeText(file, JSON.stringify(content, undefined, 2));
}

function writeText(file: string, text: string): void {
  try {
    writeFileSync(file, `${text}\n`);
  } catch (error) {
    throw new CliFailure(`cannot write '${file}' (${(error as Error).message}): name a file in an existing folder`);
  }
}
