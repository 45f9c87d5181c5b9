import type { BuildCommands } from './delivery-pipeline-props';

/** The command line goes along with the assembly: later steps have no node_modules, and download nothing. */
export const CLI_FOLDER = 'cdk-mcp-cli';

/** Where the build writes what people read later. */
export const REPORTS = 'reports';

export interface BuildPlan {
  readonly commands: BuildCommands;
  readonly entries: readonly string[];
  readonly assembly: string;
  /** The folder of the pre-production stage in the assembly. */
  readonly preProduction: string;
}

type Gate = keyof BuildCommands;

const GATES: readonly Gate[] = ['install', 'lint', 'test', 'synth', 'check', 'audit', 'sbom'];

/** Commands that succeed whatever there is: a gate that is always open. */
const OPEN_GATE = /^(:|true|exit( 0)?|echo\b[^&|;]*|\/bin\/true)$|(\|\||;)\s*(:|true|exit 0)$/;

/** What is wrong with the commands somebody gave. */
export function commandProblems({ commands, entries }: Pick<BuildPlan, 'commands' | 'entries'>): string[] {
  const problems = GATES.flatMap((gate) => {
    const given = commands[gate];
    if (given === undefined) return [];
    const doing = given.filter((command) => command.trim() !== '' && !OPEN_GATE.test(command.trim()));
    if (doing.length > 0) return [];
    return [`commands.${gate} does nothing: write the command that does it, or leave it out for the default`];
  });
  if (entries.some((entry) => entry.trim() === '')) {
    problems.push("entries has a blank name: write a module, such as 'server/notes.ts'");
  }
  if (commands.check === undefined && entries.length === 0) {
    problems.push('nothing is checked: name the modules of the servers in `entries`, or a command in `commands.check`');
  }
  return problems;
}

/** Every command of the build, in order; any that fails ends it. */
export function buildCommands(plan: BuildPlan): string[] {
  const { commands, assembly } = plan;
  return [
    ...(commands.install ?? ['npm ci']),
    ...(commands.lint ?? ['npm run lint']),
    ...(commands.test ?? ['npm test']),
    ...(commands.synth ?? ['npx cdk synth --quiet']),
    ...(commands.check ?? plan.entries.map((entry) => checkCommand(entry, plan))),
    ...(commands.audit ?? ['npm audit --omit=dev --audit-level=high']),
    `mkdir -p ${REPORTS}`,
    ...(commands.sbom ?? [`npm sbom --sbom-format cyclonedx > ${REPORTS}/sbom.json`]),
    `cp -R "$(node -p "path.dirname(require.resolve('cdk-mcp/package.json'))")/assets/cli" ${quoted(`${assembly}/${CLI_FOLDER}`)}`,
  ];
}

function checkCommand(entry: string, { assembly, preProduction }: BuildPlan): string {
  return `npx cdk-mcp check ${quoted(entry)} --app ${quoted(`${assembly}/${preProduction}`)}`;
}

/** One word for a POSIX shell. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
