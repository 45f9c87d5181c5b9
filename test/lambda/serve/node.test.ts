/** The same server on node:http, with real clients' means: fetch, and a socket that is torn down. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { principalOf, serve } from '../../../lambda/serve/runtime';
import { CONTRACT_VERSION, GuardVariable } from '../../../lib/private/contract';
import { CONFIG, type Keys, makeKeys, messagesFrom, modern, sign, toolCall, userClaims } from '../../support/guard';

let keys: Keys;
let jwks: Server;
let http: Server;
let url: string;
let token: string;
let aborted: Promise<void>;
let noteAborted: () => void;

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

beforeAll(async () => {
  keys = await makeKeys();
  jwks = createServer((_request, response) => response.end(JSON.stringify(keys.jwks)));
  await listening(jwks);
  // The address must be known before the server starts, because the resource names it.
  const probe = createServer();
  await listening(probe);
  const port = portOf(probe);
  await new Promise((resolve) => probe.close(resolve));
  url = `http://127.0.0.1:${port}/mcp`;
  const issuer = `http://127.0.0.1:${portOf(jwks)}`;
  Object.assign(process.env, {
    [GuardVariable.contract]: CONTRACT_VERSION,
    [GuardVariable.server]: 'notes',
    [GuardVariable.resource]: url,
    [GuardVariable.resourceMetadata]: `http://127.0.0.1:${port}/.well-known/oauth-protected-resource/mcp`,
    [GuardVariable.tokenIssuer]: issuer,
    [GuardVariable.jwksUri]: `${issuer}/jwks.json`,
    [GuardVariable.scopePrefix]: `${url}/`,
    [GuardVariable.userClients]: 'user-client',
    [GuardVariable.policy]: JSON.stringify(CONFIG.policy),
    [GuardVariable.grants]: 'none',
    [GuardVariable.state]: 'none',
  });
  token = await sign(keys, userClaims({ iss: issuer, aud: url, scope: `${url}/notes:read` }));
  aborted = new Promise((resolve) => {
    noteAborted = resolve;
  });
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  http = (await serve(() => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    server.registerTool('list_notes', { inputSchema: z.object({}) }, async (_args, ctx) => ({
      content: [{ type: 'text', text: `notes of ${principalOf(ctx).id}` }],
    }));
    server.registerTool('read_slow', { inputSchema: z.object({}) }, async (_args, ctx) => {
      await new Promise<void>((resolve) => ctx.mcpReq.signal.addEventListener('abort', () => resolve()));
      noteAborted();
      return { content: [] };
    });
    return server;
  }).listen({ port })) as Server;
});

afterAll(async () => {
  jest.restoreAllMocks();
  http.closeAllConnections();
  await Promise.all([http, jwks].map((server) => new Promise((resolve) => server.close(resolve))));
});

const post = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('O1 answers both protocol eras from the same file', async () => {
  const { headers, body } = modern('tools/call', { name: 'list_notes', arguments: {} });
  for (const response of [await post(body, headers), await post(toolCall('list_notes'))]) {
    expect((await messagesFrom(response))[0]?.result.content[0].text).toBe('notes of user-1');
  }
});

test('T1 refuses a request without a token, with the metadata', async () => {
  const response = await post(toolCall('list_notes'), { authorization: '' });
  expect(response.status).toBe(401);
  expect(response.headers.get('www-authenticate')).toContain('resource_metadata="http://127.0.0.1');
});

test('refuses a Host that is not this server: DNS rebinding', async () => {
  const status = await new Promise((resolve) => {
    httpRequest(
      url,
      { method: 'POST', headers: { host: 'evil.example', 'content-type': 'application/json' } },
      (response) => resolve(response.statusCode),
    ).end('{}');
  });
  expect(status).toBe(403);
});

test('T5 bounds a body that does not say its length', async () => {
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new TextEncoder().encode(' '.repeat(65_536))),
  });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: endless,
    duplex: 'half',
  } as RequestInit).catch((error: Error) => error);
  if (!(response instanceof Error)) expect(response.status).toBe(413);
});

test('T8 a client that goes away ends the tool it called', async () => {
  const leaving = new AbortController();
  const response = fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(toolCall('read_slow')),
    signal: leaving.signal,
  }).then((answered) => answered.text());
  setTimeout(() => leaving.abort(), 100);
  await expect(response).rejects.toThrow();
  await aborted;
});

test('says which port could not be had', async () => {
  const { port } = new URL(url);
  const second = serve(() => new McpServer({ name: 'second', version: '1' })).listen({ port: Number(port) });
  await expect(second).rejects.toThrow(/EADDRINUSE/);
});
