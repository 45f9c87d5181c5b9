/** The same connection with each official client: SDK v2 in both protocol eras, and SDK v1. */
import {
  ClientCredentialsProvider,
  Client as V2Client,
  StreamableHTTPClientTransport as V2Transport,
  UnauthorizedError as V2Unauthorized,
} from '@modelcontextprotocol/client';
import { UnauthorizedError as V1Unauthorized } from '@modelcontextprotocol/sdk/client/auth.js';
import { ClientCredentialsProvider as V1ClientCredentials } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client as V1Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as V1Transport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ScriptedBrowser } from '../../../local/demo/browser';
import { SignInProvider } from '../../../local/demo/sign-in-provider';
import type { DemoUser, StackFile } from '../../../local/stack-file';

export const KINDS = ['v2 modern', 'v2 legacy', 'v1'] as const;
export type Kind = (typeof KINDS)[number];

/** What the clients of both SDKs have in common. */
export interface McpClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  listResources(): Promise<{ resources: { uri: string; name: string }[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: { uriTemplate: string }[] }>;
  callTool(params: { name: string; arguments?: Record<string, unknown> }): Promise<ToolResult>;
  readResource(params: { uri: string }): Promise<{ contents: object[] }>;
  getPrompt(params: { name: string; arguments?: Record<string, string> }): Promise<{ messages: object[] }>;
  close(): Promise<void>;
}

export interface ToolResult {
  readonly isError?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a tool answered
  readonly content?: any;
  // biome-ignore lint/suspicious/noExplicitAny: whatever a tool answered
  readonly structuredContent?: any;
}

export interface Session {
  readonly client: McpClient;
  /** The revision that was agreed on. */
  readonly protocol: string | undefined;
  /** Calls a tool; where the server asks for more scopes the user signs in for them and the call is repeated. */
  call(name: string, args?: Record<string, unknown>): Promise<ToolResult>;
}

export interface UserSession extends Session {
  readonly provider: SignInProvider;
  readonly browser: ScriptedBrowser;
}

/**
 * A machine client that knows the MCP URL and its credentials. SDK v1 asks for all its scopes at once, SDK v2 for
 * those the resource metadata names, and for more when a call is refused.
 */
export async function connectMachine(kind: Kind, stack: StackFile, name: string): Promise<Session> {
  const machine = stack.machineClients[name];
  if (machine === undefined) throw new Error(`the stack has no machine client '${name}'`);
  const credentials = {
    clientId: machine.clientId,
    clientSecret: machine.clientSecret,
    scope: machine.scopes.join(' '),
    expectedIssuer: new URL(stack.mcpUrl).origin,
  };
  const connection =
    kind === 'v1'
      ? v1(() => new V1Transport(new URL(stack.mcpUrl), { authProvider: new V1ClientCredentials(credentials) }))
      : v2(kind, () => {
          const authProvider = new ClientCredentialsProvider(credentials);
          return new V2Transport(new URL(stack.mcpUrl), { authProvider });
        });
  const { client, protocol } = await connection.connect();
  return { client, protocol, call: (tool, args) => client.callTool({ name: tool, arguments: args }) };
}

/** A person at a browser with the pre-registered client. */
export async function connectUser(kind: Kind, stack: StackFile, user: DemoUser): Promise<UserSession> {
  const [name, registered] = Object.entries(stack.clients)[0] ?? [];
  if (name === undefined || registered === undefined) throw new Error('the stack has no pre-registered client');
  const Provider = kind === 'v1' ? WithoutRefresh : SignInProvider;
  const browser = new ScriptedBrowser(user);
  const provider = new Provider(name, registered, new URL(stack.mcpUrl).origin, browser);
  return { ...(await connectWith(kind, stack, provider)), provider, browser };
}

/** Signs in by a provider where the server asks for it. */
export async function connectWith(kind: Kind, stack: StackFile, provider: SignInProvider): Promise<Session> {
  const url = new URL(stack.mcpUrl);
  const connection =
    kind === 'v1'
      ? v1(() => new V1Transport(url, { authProvider: provider }))
      : v2(kind, () => new V2Transport(url, { authProvider: provider }));
  const finish = async () => {
    if (provider.callback === undefined) throw new Error('the server wants a sign-in, but nobody signed in');
    await connection.finish(provider.callback);
  };
  const { client, protocol } = await connection.connect().catch(async (error: unknown) => {
    if (!isUnauthorized(error)) throw error;
    await finish();
    return connection.connect();
  });
  return {
    client,
    protocol,
    async call(tool, args) {
      const params = { name: tool, arguments: args };
      try {
        return await client.callTool(params);
      } catch (error) {
        if (!isUnauthorized(error)) throw error;
        await finish();
        return client.callTool(params);
      }
    },
  };
}

interface Connection {
  connect(): Promise<{ client: McpClient; protocol: string | undefined }>;
  finish(callback: URLSearchParams): Promise<void>;
}

function isUnauthorized(error: unknown): boolean {
  return error instanceof V2Unauthorized || error instanceof V1Unauthorized;
}

function v2(kind: Kind, newTransport: () => V2Transport): Connection {
  let transport = newTransport();
  return {
    async connect() {
      transport = newTransport();
      const mode = kind === 'v2 modern' ? { pin: '2026-07-28' } : ('legacy' as const);
      const client = new V2Client({ name: 'e2e', version: '1.0.0' }, { versionNegotiation: { mode } });
      await client.connect(transport);
      return { client: client as unknown as McpClient, protocol: client.getNegotiatedProtocolVersion() };
    },
    finish: (callback) => transport.finishAuth(callback),
  };
}

function v1(newTransport: () => V1Transport): Connection {
  let transport = newTransport();
  return {
    async connect() {
      transport = newTransport();
      const client = new V1Client({ name: 'e2e', version: '1.0.0' });
      await client.connect(transport);
      return { client: client as unknown as McpClient, protocol: transport.protocolVersion };
    },
    finish: (callback) => transport.finishAuth(callback.get('code') ?? ''),
  };
}

/** With a refresh token SDK v1 refreshes instead of asking for more scopes; a host that steps up withholds it. */
export class WithoutRefresh extends SignInProvider {
  override tokens() {
    const tokens = super.tokens();
    return tokens && { ...tokens, refresh_token: undefined };
  }
}
