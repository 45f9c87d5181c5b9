import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSocket } from 'node:net';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createGuard } from '../../../lambda/guard/guard';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { principalOf } from '../../../lambda/serve/principal';
import type { PolicyRule } from '../../../lib/private/contract';
import type { DemonstrationStack } from '../../../local/demo/stack';
import { startIdentity } from '../../../local/identity/identity';
import { FakeBroker, type Weakness } from './fake-broker';

export interface RunningStack {
  readonly stack: DemonstrationStack;
  readonly auditLines: string[];
  close(): Promise<void>;
}

export const RULES: readonly PolicyRule[] = [
  { tools: ['list_notes', 'search_notes'], scopes: ['notes:read'] },
  { tools: ['add_note'], scopes: ['notes:write'] },
  { tools: ['delete_note'], scopes: ['notes:write'], groups: ['admins'] },
];

export interface Variation {
  readonly rules?: readonly PolicyRule[];
  /** Whose notes a caller sees: its own, or, where the server is wrong, everybody's. */
  readonly ownerOf?: (caller: string) => string;
  /** Tools get this prefix, so that it is another server. */
  readonly prefix?: string;
  /** What the broker does wrong. */
  readonly weakness?: Weakness;
  /** Clients may register themselves. */
  readonly registration?: boolean;
}

/** A small notes stack in this process: identity provider, discovery documents, the real guard, a server. */
export async function startStack({
  rules = RULES,
  ownerOf = (id) => id,
  prefix = '',
  weakness,
  registration = false,
}: Variation = {}): Promise<RunningStack> {
  const [port = 0, idpPort = 0, domainPort = 0] = await Promise.all([freePort(), freePort(), freePort()]);
  const origin = `http://localhost:${port}`;
  const mcpUrl = `${origin}/mcp`;
  const poolId = 'eu-central-1_Demo00001';
  const issuer = `http://localhost:${idpPort}/${poolId}`;
  const domain = `http://localhost:${domainPort}`;
  const scopes = [`${mcpUrl}/notes:read`, `${mcpUrl}/notes:write`];
  const users = [
    { username: 'ben', password: 'ben-password', groups: [] },
    { username: 'ada', password: 'ada-password', groups: ['admins'] },
  ];
  const lifetimes = { accessTokenSeconds: 900, idTokenSeconds: 900, refreshTokenSeconds: 7200 };
  const machine = {
    flows: ['client_credentials'],
    callbackUrls: [],
    branded: false,
    clientSecret: 's3cret',
    ...lifetimes,
  };
  const redirectUris = ['http://localhost:8765/callback'];
  const identity = await startIdentity({
    origin: { port: idpPort },
    region: 'eu-central-1',
    pools: [
      {
        poolId,
        issuer,
        featurePlan: 'ESSENTIALS',
        groups: ['admins'],
        users,
        resourceServers: [{ identifier: mcpUrl, scopes: ['notes:read', 'notes:write'] }],
        domain: { port: domainPort, managedLoginVersion: 2 },
        clients: [
          {
            clientId: 'app',
            clientSecret: 's3cret',
            callbackUrls: [`${origin}/oauth2/callback`],
            flows: ['code'],
            scopes,
            branded: true,
            ...lifetimes,
          },
          { ...machine, clientId: 'importer-id', scopes },
          { ...machine, clientId: 'reporting-id', scopes: scopes.slice(0, 1) },
        ],
      },
    ],
  });

  const auditLines: string[] = ['not JSON', '{"type":"error"}'];
  const guard = createGuard(
    {
      server: 'notes',
      resource: mcpUrl,
      resourceMetadata: `${origin}/.well-known/oauth-protected-resource/mcp`,
      tokenIssuer: issuer,
      jwksUri: `${issuer}/.well-known/jwks.json`,
      scopePrefix: `${mcpUrl}/`,
      userClients: ['app'],
      machineClients: ['importer-id', 'reporting-id'],
      policy: { version: 1, scopes: ['notes:read', 'notes:write'], rules },
      allowedOrigins: [],
    },
    { log: (record) => auditLines.push(JSON.stringify(record)) },
  );
  const server = mcpServer(notesServer(ownerOf, prefix), {});
  const clients = { 'local-dev': { clientId: 'local-dev', redirectUris, confidential: false } };
  const broker = new FakeBroker({
    origin,
    mcpUrl,
    scopes,
    upstream: domain,
    clients: { 'local-dev': redirectUris },
    weakness,
    registration,
  });
  const http = createServer(async (incoming, outgoing) => {
    const request = await requestFrom(origin, incoming);
    const response =
      incoming.url !== '/mcp'
        ? await broker.answer(request)
        : broker.hasEnded(request)
          ? new Response(null, { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } })
          : await guard.fetch(request, server, { requestId: randomUUID() });
    outgoing.writeHead(response.status, Object.fromEntries(response.headers));
    outgoing.end(Buffer.from(await response.arrayBuffer()));
  });
  await new Promise<void>((resolve) => http.listen(port, 'localhost', resolve));

  return {
    auditLines,
    stack: {
      mcpUrl,
      users,
      authorizationServer: origin,
      registrationEndpoint: registration ? `${origin}/oauth2/register` : undefined,
      clients,
      machineClients: {
        importer: { clientId: 'importer-id', clientSecret: 's3cret', scopes },
        reporting: { clientId: 'reporting-id', clientSecret: 's3cret', scopes: scopes.slice(0, 1) },
      },
    },
    close: async () => {
      await identity.close();
      await closed(http);
    },
  };
}

function notesServer(ownerOf: (caller: string) => string, prefix: string): () => McpServer {
  const notes = new Map<string, { id: string; title: string; owner: string }>();
  const answer = (value: Record<string, unknown>) => ({
    content: [{ type: 'text' as const, text: JSON.stringify(value) }],
    structuredContent: value,
  });
  return () => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    const headings = (owner: string) => [...notes.values()].filter((note) => note.owner === owner);
    server.registerTool(`${prefix}list_notes`, { inputSchema: z.object({}) }, async (_args, ctx) =>
      answer({ notes: headings(ownerOf(principalOf(ctx).id)) }),
    );
    server.registerTool(`${prefix}search_notes`, { inputSchema: z.object({ query: z.string() }) }, async (_args, ctx) =>
      answer({ notes: headings(ownerOf(principalOf(ctx).id)) }),
    );
    const added = z.object({ title: z.string(), text: z.string() });
    server.registerTool(`${prefix}add_note`, { inputSchema: added }, async ({ title }, ctx) => {
      const note = { id: randomUUID(), title, owner: ownerOf(principalOf(ctx).id) };
      notes.set(note.id, note);
      return answer(note);
    });
    server.registerTool(`${prefix}delete_note`, { inputSchema: z.object({ id: z.string() }) }, async ({ id }) =>
      answer({ deleted: notes.delete(id) }),
    );
    return server;
  };
}

async function requestFrom(origin: string, incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
  const body = incoming.method === 'POST' ? Buffer.concat(chunks) : undefined;
  return new Request(`${origin}${incoming.url}`, { method: incoming.method, headers, body });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket().once('error', reject);
    socket.listen(0, '127.0.0.1', () => {
      const address = socket.address();
      socket.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
