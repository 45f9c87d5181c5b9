import { parseArgs } from 'node:util';
import { CliFailure } from './failure';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'access'; readonly assembly: string; readonly json?: string };

export const USAGE = `cdk-mcp: tools for MCP servers deployed with the CDK

  cdk-mcp access [cdk.out] [--json FILE]

    Who may call what, as synthesised: for every server in the cloud assembly its tools, prompts and
    resources, the scopes and groups they need, and the machine clients that can call them.
    Needs no account and contacts nobody.

  cdk-mcp --version
  cdk-mcp --help

exit codes: 0 done, 1 the assembly cannot be read or holds no server, 2 the command line is wrong`;

/** What the command line asks for; whatever it does not know is refused by name. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [command, assembly = 'cdk.out', ...more] = positionals;
  if (command === undefined) throw new CliFailure(`no command given\n\n${USAGE}`, 2);
  if (command !== 'access') throw new CliFailure(`unknown command '${command}': use \`cdk-mcp access\`, or --help`, 2);
  if (more.length > 0) throw new CliFailure(`one cloud assembly at a time: leave '${more.join(' ')}' out`, 2);
  if (values.json === '') throw new CliFailure('--json needs a file: write `--json access.json`', 2);
  return { kind: 'access', assembly, json: values.json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
        json: { type: 'string' },
      },
    });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0] ?? '';
    throw new CliFailure(`${reason.charAt(0).toLowerCase()}${reason.slice(1)}: --help lists the options`, 2);
  }
}
