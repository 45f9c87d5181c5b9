/** Several instances of one server behind one address, as a load balancer has them; each test says which one is asked. */
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/server';
import { serve } from '../../lambda/serve/runtime';
import { CONTRACT_VERSION, GuardVariable, type PolicyDocument } from '../../lib/private/contract';
import { CONFIG, type Keys, makeKeys, sign, userClaims } from './guard';
import { STATE_TABLE, type StateTable, startStateTable } from './state-table';

export interface Cluster {
  readonly url: string;
  readonly state: StateTable;
  /** The instance that gets the requests from now on. */
  aim: number;
  token(claims?: Record<string, unknown>): Promise<string>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly policy: PolicyDocument;
  readonly build: (instance: number) => McpServer;
  readonly instances?: number;
  /** Milliseconds until a call ends. */
  readonly timeoutMs?: number;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;
const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

export async function startCluster({ policy, build, instances = 2, timeoutMs }: ClusterOptions): Promise<Cluster> {
  const keys: Keys = await makeKeys();
  const state = await startStateTable();
  const jwks = createServer((_request, response) => response.end(JSON.stringify(keys.jwks)));
  await listening(jwks);
  const servers: Server[] = [];
  const balancer = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const forwarded = httpRequest(
      { host: '127.0.0.1', port: portOf(servers[cluster.aim]!), method, path, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers).flushHeaders();
        answer.on('error', () => outgoing.destroy()).pipe(outgoing);
      },
    );
    outgoing.on('close', () => forwarded.destroy());
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  await listening(balancer);
  const issuer = `http://127.0.0.1:${portOf(jwks)}`;
  const url = `http://127.0.0.1:${portOf(balancer)}/mcp`;
  const before = { ...process.env };
  Object.assign(process.env, state.environment, {
    [GuardVariable.contract]: CONTRACT_VERSION,
    [GuardVariable.server]: CONFIG.server,
    [GuardVariable.resource]: url,
    [GuardVariable.resourceMetadata]: `${new URL(url).origin}/.well-known/oauth-protected-resource/mcp`,
    [GuardVariable.tokenIssuer]: issuer,
    [GuardVariable.jwksUri]: `${issuer}/jwks.json`,
    [GuardVariable.scopePrefix]: `${url}/`,
    [GuardVariable.userClients]: 'user-client',
    [GuardVariable.policy]: JSON.stringify(policy),
    [GuardVariable.grants]: 'none',
    [GuardVariable.state]: STATE_TABLE,
  });
  for (let instance = 0; instance < instances; instance++) {
    servers.push((await serve(() => build(instance)).listen({ port: 0, timeoutMs })) as Server);
  }
  const cluster: Cluster = {
    url,
    state,
    aim: 0,
    token: (claims) => sign(keys, userClaims({ iss: issuer, aud: url, scope: `${url}/notes:read`, ...claims })),
    async stop() {
      for (const server of [balancer, jwks, ...servers]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      // The embedded store does not bear to be closed while it is asked.
      await new Promise((resolve) => setTimeout(resolve, 100));
      await state.stop();
      for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
      Object.assign(process.env, before);
    },
  };
  return cluster;
}
