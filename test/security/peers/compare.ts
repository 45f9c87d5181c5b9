/** `npm run attack -- --peers`: the same cases against this project and its peers, in this process, side by side. */
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { installPeers, peerVersions } from '../../../bench/peers/install';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { ISSUER, type Keys, makeKeys, RESOURCE, testGuard } from '../../support/guard';
import { type Answered, CASES, type Case, HONEST, SCOPE, type Sent } from './cases';
import { page } from './page';

export interface World {
  readonly resource: string;
  readonly issuer: string;
  readonly jwks: object;
  readonly scope: string;
  readonly port: number;
  /** Tools that ran. */
  readonly called: string[];
  /** Of the call that is being made. */
  readonly token: () => string;
}

interface Subject {
  /** Speaks 2026-07-28. */
  readonly modern: boolean;
  /** Takes tokens at all. */
  readonly tokens: boolean;
  readonly send: (sent: Sent) => Promise<Answered>;
  readonly close?: () => void;
}

type Start = (world: World) => Promise<Subject>;

export interface Peer {
  readonly name: string;
  readonly packages: readonly string[];
  /** What its own documentation says, and where. */
  readonly configured: string;
  readonly module?: readonly [file: string, name: string];
}

export const PEERS: readonly Peer[] = [
  { name: 'cdk-mcp', packages: [], configured: 'as `serve()` does it; nothing to configure' },
  {
    name: 'SDK v2, bare',
    packages: ['@modelcontextprotocol/server'],
    configured:
      '`createMcpHandler(factory).fetch`: its documentation says that Host, Origin and tokens are for the host to check',
    module: ['sdk-v2.mjs', 'bare'],
  },
  {
    name: 'SDK v2, checks',
    packages: ['@modelcontextprotocol/server', 'jose'],
    configured:
      '`hostHeaderValidationResponse`, `originValidationResponse` and `requireBearerAuth` with `expectedResource`, as in the doc comments of the package',
    module: ['sdk-v2.mjs', 'guarded'],
  },
  {
    name: 'SDK v1',
    packages: ['@modelcontextprotocol/sdk', 'express', 'jose'],
    configured:
      '`createMcpExpressApp({ allowedHosts })` and `requireBearerAuth` with `expectedResource`, as in the doc comments of the package',
    module: ['sdk-v1.mjs', 'start'],
  },
  {
    name: 'mcp-handler',
    packages: ['mcp-handler', 'jose'],
    configured: '`withMcpAuth(handler, verifyToken, { required: true, requiredScopes })` (README, Authorization)',
    module: ['mcp-handler.mjs', 'start'],
  },
  {
    name: 'fastmcp',
    packages: ['fastmcp', 'jose'],
    configured:
      '`authenticate` that verifies the token (README, Authentication, OAuth Discovery Endpoints), `stateless: true`',
    module: ['fastmcp.mjs', 'start'],
  },
  {
    name: '@hono/mcp',
    packages: ['@hono/mcp', 'hono', 'jose'],
    configured: '`bearerAuth({ verifyToken })` before `StreamableHTTPTransport` (README, honohub.dev/docs/hono-mcp)',
    module: ['hono-mcp.mjs', 'start'],
  },
];

export type Verdict = 'held' | 'got through' | 'not applicable';

const FOLDER = 'subjects';

async function startOf({ module }: Peer, keys: Keys, installed: string): Promise<Start> {
  if (module === undefined) return (world) => ours(world, keys);
  const [file, name] = module;
  const loaded = await import(pathToFileURL(join(installed, FOLDER, file)).href);
  return loaded[name];
}

/** This project: what `serve()` puts together. */
async function ours(world: World, keys: Keys): Promise<Subject> {
  const common = await import(pathToFileURL(join(installPeers(), FOLDER, 'common.mjs')).href);
  const build = () => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    const add = (name: string, run: never) => server.registerTool(name, { inputSchema: z.object({}) }, run);
    common.tools(add, world);
    return server;
  };
  const fetch = mcpServer(build, {});
  const { guard } = testGuard(keys, fetch);
  const send = common.overFetch((request: Request) => guard.fetch(request, fetch, { requestId: 'peers' }), world);
  return { modern: true, tokens: true, send };
}

async function verdictOf(
  each: Case,
  subject: Subject,
  world: World & { current: string },
  keys: Keys,
): Promise<Verdict> {
  if (each.needs !== undefined && !subject[each.needs]) return 'not applicable';
  const sent = await each.send(keys);
  world.called.length = 0;
  world.current = sent.headers.authorization?.slice('Bearer '.length) ?? '';
  const answered = await subject.send(sent);
  return each.held(answered, world.called) ? 'held' : 'got through';
}

async function main(): Promise<void> {
  const installed = installPeers();
  cpSync(join(__dirname, FOLDER), join(installed, FOLDER), { recursive: true });
  const keys = await makeKeys();
  const columns: { readonly peer: Peer; readonly verdicts: readonly Verdict[] }[] = [];
  for (const [at, peer] of PEERS.entries()) {
    const world = {
      resource: RESOURCE,
      issuer: ISSUER,
      jwks: keys.jwks,
      scope: SCOPE,
      port: 5_600 + at,
      called: [] as string[],
      current: '',
      token: () => world.current,
    };
    const subject = await (await startOf(peer, keys, installed))(world);
    const honest = await verdictOf(HONEST, subject, world, keys);
    if (honest !== 'held') throw new Error(`${peer.name} does not answer an honest call: it is set up wrongly here`);
    const verdicts: Verdict[] = [];
    for (const each of CASES) verdicts.push(await verdictOf(each, subject, world, keys));
    subject.close?.();
    columns.push({ peer, verdicts });
  }
  const text = page(columns, CASES, peerVersions(), new Date());
  process.stdout.write(text);
  writeFileSync(resolve(__dirname, '../../../docs/attack-peers.md'), text);
  process.exit(columns[0]?.verdicts.every((verdict) => verdict === 'held') ? 0 : 1);
}

void main();
