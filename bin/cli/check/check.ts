import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ServerAccess, serversOf } from '../access';
import { readStacks } from '../assembly';
import { CliFailure } from '../failure';
import { type Finding, findingsOf } from './findings';
import { inventoryIn } from './inventory';

export interface CheckSelection {
  readonly entry: string;
  /** Cloud assembly; by default `cdk.out`, where there is one. */
  readonly app?: string;
  readonly server?: string;
  /** Packages left out of the bundle, as `externalModules` of the hosting. */
  readonly external: readonly string[];
}

/** The result of a check; also the shape of `--json`. */
export interface CheckReport {
  readonly version: 1;
  readonly entry: string;
  /** The server whose rules were compared. */
  readonly server?: string;
  readonly offers: {
    readonly tools: number;
    readonly prompts: number;
    readonly resources: number;
    readonly templates: number;
  };
  readonly findings: readonly Finding[];
  /** What was not looked at, and why. */
  readonly notes: readonly string[];
}

/** @throws CliFailure when the server cannot be built, or the rules cannot be read. */
export async function check(selection: CheckSelection): Promise<CheckReport> {
  const access = accessOf(selection);
  const inventory = await inventoryIn(selection.entry, selection.external);
  const { tools, prompts, resources, templates, unanswered } = inventory;
  if (unanswered.includes('tools')) {
    throw new CliFailure(
      `the server of '${selection.entry}' does not list its tools without a caller: list them always, the guard shows each caller its own`,
    );
  }
  const notes = unanswered.map(
    (list) => `the server does not list its ${list} without a caller or what is behind it: they were not checked`,
  );
  if (access === undefined) {
    notes.push('no rules were compared: synthesise the app first (`npx cdk synth`), or name its assembly with --app');
  }
  return {
    version: 1,
    entry: selection.entry,
    server: access?.server,
    offers: {
      tools: tools.length,
      prompts: prompts.length,
      resources: resources.length,
      templates: templates.length,
    },
    findings: findingsOf(inventory, access?.access),
    notes,
  };
}

function accessOf({ app, server }: CheckSelection): ServerAccess | undefined {
  const folder = app ?? 'cdk.out';
  if (app === undefined && server === undefined && !existsSync(join(folder, 'manifest.json'))) return undefined;
  const servers = readStacks(folder).flatMap(serversOf);
  const known = servers.map((one) => one.server).join(', ');
  const chosen = server === undefined ? servers : servers.filter((one) => one.server === server);
  if (chosen.length === 1) return chosen[0];
  if (servers.length === 0)
    throw new CliFailure(`no MCP server in '${folder}': name the assembly of your app with --app`);
  if (chosen.length === 0) throw new CliFailure(`no server '${server}' in '${folder}': it has ${known}`);
  throw new CliFailure(`'${folder}' has several servers: name one with --server (${known})`, 2);
}
