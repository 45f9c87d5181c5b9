import { parseArgs } from 'node:util';
import { type ChangesSelection, changesCommand } from './changes/command';
import type { CheckSelection } from './check/check';
import { CliFailure } from './failure';
import type { MetadataType } from './provider/addresses';
import { type SmokeSelection, smokeCommand } from './smoke/command';

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'access'; readonly assembly: string; readonly since?: string; readonly json?: string }
  | ({ readonly kind: 'check'; readonly json?: string } & CheckSelection)
  | { readonly kind: 'client-secret' }
  | { readonly kind: 'check-provider'; readonly issuer: string; readonly type?: MetadataType; readonly json?: string }
  | ({ readonly kind: 'grants-list'; readonly json?: string } & GrantSelection)
  | ({ readonly kind: 'changes'; readonly json?: string } & ChangesSelection)
  | ({ readonly kind: 'smoke'; readonly json?: string } & SmokeSelection)
  | ({ readonly kind: 'grants-revoke'; readonly ids: readonly string[] } & GrantSelection);

/** Which table, and which of its grants. */
export interface GrantSelection {
  /** Name of a deployed table. */
  readonly table?: string;
  /** Folder of a stack that runs here. */
  readonly local?: string;
  readonly user?: string;
  readonly client?: string;
}

export const USAGE = `cdk-mcp: tools for MCP servers deployed with the CDK

  cdk-mcp access [cdk.out] [--since FOLDER] [--json FILE]

    Who may call what, as synthesised: for every server in the cloud assembly its tools, prompts and
    resources, the scopes and groups they need, and the machine clients that can call them.
    With --since, the cloud assembly of before: what changed, in sentences for whoever approves it.
    Needs no account and contacts nobody.

  cdk-mcp check ENTRY [--app cdk.out] [--server NAME] [--external PACKAGE]... [--json FILE]

    What a reviewer would ask of a server: tools that ask for credentials, tools that no rule names, rules that
    match nothing, missing descriptions, open schemas. ENTRY is the module that \`entry\` names; it is built here,
    without network. Ends with 1 when there is something to repair.

  cdk-mcp grants list   --table NAME | --local FOLDER  [--user SUB] [--client ID] [--json FILE]
  cdk-mcp grants revoke --table NAME | --local FOLDER  ID... | --user SUB | --client ID

    What users allowed which clients, and ending it: tokens of an ended grant are refused within a minute and
    are never refreshed. NAME is the deployed grants table, read with the credentials and the region of your
    environment; FOLDER is the folder of a stack that runs here (.local).

  cdk-mcp client-secret

    A new secret for a confidential client, and the hash for its registration. The secret is shown once.

  cdk-mcp check-provider ISSUER [--type oidc|oauth] [--json FILE]

    Whether an identity provider offers what MCP clients, API Gateway and the guard need, from its public
    metadata and keys, and the construct that uses it. Exit code 1 when something required is missing.

  cdk-mcp changes BEFORE AFTER     [--markdown FILE] [--summary FILE] [--json FILE]
  cdk-mcp changes --deployed AFTER [--markdown FILE] [--summary FILE] [--json FILE]

    What a deployment would change: who gains or loses which tool, who gains or loses which permission, and which
    resources are added, changed, replaced or removed. Compares two cloud assemblies; with --deployed, the templates
    that are deployed, read with your credentials by the lookup role of the CDK's bootstrap stack.

  cdk-mcp smoke URL --client ID [--secret-id ID | --secret-variable NAME] [--expect TOOL,...]
                [--call TOOL] [--arguments JSON] [--scopes SCOPE,...] [--json FILE]

    Tries a deployed server as an MCP client of its own: that nobody gets in without a token or with a forged one,
    that the machine client ID gets a token, connects, and sees its tools. The secret comes from the variable
    MCP_CLIENT_SECRET, from another, or from Secrets Manager. Ends with 1 when something falls short.

  cdk-mcp --version
  cdk-mcp --help

exit codes: 0 done, 1 what was asked for cannot be done, 2 the command line is wrong`;

/** What the command line asks for; whatever it does not know is refused by name. */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { kind: 'help' };
  if (values.version) return { kind: 'version' };
  const [command, ...rest] = positionals;
  const { json } = values;
  if (json === '') throw new CliFailure('--json needs a file: write `--json access.json`', 2);
  switch (command) {
    case undefined:
      throw new CliFailure(`no command given\n\n${USAGE}`, 2);
    case 'access': {
      const [assembly = 'cdk.out', ...more] = rest;
      if (more.length > 0) throw new CliFailure(`one cloud assembly at a time: leave '${more.join(' ')}' out`, 2);
      return { kind: 'access', assembly, since: values.since, json };
    }
    case 'check':
      return checkCommand(rest, values);
    case 'client-secret':
      return { kind: 'client-secret' };
    case 'check-provider':
      return { ...providerCommand(rest, values.type), json };
    case 'changes':
      return { kind: 'changes', json, ...changesCommand(rest, values) };
    case 'smoke':
      return { kind: 'smoke', json, ...smokeCommand(rest, values) };
    case 'grants':
      return grantsCommand(rest, selectionOf(values), json);
    default:
      throw new CliFailure(
        `unknown command '${command}': use \`cdk-mcp access\`, \`check\`, \`check-provider\`, \`grants\`, ` +
          '`changes`, `smoke` or `client-secret`, or --help',
        2,
      );
  }
}

function checkCommand([entry, ...more]: readonly string[], given: CheckOptions): Command {
  if (entry === undefined) throw new CliFailure('name the module to check: `cdk-mcp check server/notes.ts`', 2);
  if (more.length > 0) throw new CliFailure(`one module at a time: leave '${more.join(' ')}' out`, 2);
  const { app, server, external = [], json } = given;
  return { kind: 'check', entry, app, server, external, json };
}

interface CheckOptions {
  readonly app?: string;
  readonly server?: string;
  readonly external?: string[];
  readonly json?: string;
}

function providerCommand([issuer, ...more]: readonly string[], type: string | undefined) {
  if (issuer === undefined) {
    throw new CliFailure('name one issuer: write `cdk-mcp check-provider https://id.example.com`', 2);
  }
  if (more.length > 0) throw new CliFailure(`one issuer at a time: leave '${more.join(' ')}' out`, 2);
  if (type !== undefined && type !== 'oidc' && type !== 'oauth') {
    throw new CliFailure(`unknown --type '${type}': use oidc or oauth, or leave it out`, 2);
  }
  return { kind: 'check-provider', issuer, type } as const;
}

function grantsCommand([action, ...ids]: readonly string[], selection: GrantSelection, json?: string): Command {
  if (action === 'list' && ids.length === 0) return { kind: 'grants-list', json, ...selection };
  if (action !== 'revoke') throw new CliFailure('use `cdk-mcp grants list` or `cdk-mcp grants revoke`', 2);
  if (ids.length > 0 === (selection.user !== undefined || selection.client !== undefined)) {
    throw new CliFailure(
      'name the grants to revoke by their ids, or all of --user and --client: nothing was revoked',
      2,
    );
  }
  return { kind: 'grants-revoke', ids, ...selection };
}

function selectionOf({ table, local, user, client }: GrantSelection): GrantSelection {
  if ((table === undefined) === (local === undefined)) {
    throw new CliFailure(
      'name one table: `--table NAME` for a deployed one, or `--local .local` for a stack that runs here',
      2,
    );
  }
  return { table, local, user, client };
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
        since: { type: 'string' },
        app: { type: 'string' },
        server: { type: 'string' },
        external: { type: 'string', multiple: true },
        type: { type: 'string' },
        table: { type: 'string' },
        local: { type: 'string' },
        user: { type: 'string' },
        client: { type: 'string' },
        deployed: { type: 'boolean' },
        markdown: { type: 'string' },
        summary: { type: 'string' },
        expect: { type: 'string' },
        call: { type: 'string' },
        arguments: { type: 'string' },
        scopes: { type: 'string' },
        'secret-id': { type: 'string' },
        'secret-variable': { type: 'string' },
      },
    });
  } catch (error) {
    const reason = (error as Error).message.split('. ')[0] ?? '';
    throw new CliFailure(`${reason.charAt(0).toLowerCase()}${reason.slice(1)}: --help lists the options`, 2);
  }
}
