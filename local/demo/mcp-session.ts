import {
  type CallToolResult,
  Client,
  type OAuthClientProvider,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { must } from './report';
import { SignInProvider } from './sign-in-provider';

type Options = Pick<StreamableHTTPClientTransportOptions, 'onInsufficientScope'>;

/** One connection of the SDK's client, signing in when the server asks for it: at connect, and to step up. */
export class McpSession {
  private constructor(
    private readonly client: Client,
    private readonly transport: StreamableHTTPClientTransport,
    private readonly provider: OAuthClientProvider,
  ) {}

  static async connect(mcpUrl: string, provider: OAuthClientProvider, options: Options = {}): Promise<McpSession> {
    const attempt = async () => {
      const transport = new StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: provider, ...options });
      const client = new Client({ name: 'demonstration', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
      try {
        await client.connect(transport);
      } catch (error) {
        if (error instanceof UnauthorizedError) await finish(transport, provider);
        throw error;
      }
      return new McpSession(client, transport, provider);
    };
    return attempt().catch((error: unknown) => {
      if (error instanceof UnauthorizedError) return attempt();
      throw error;
    });
  }

  get protocol(): string {
    return this.client.getNegotiatedProtocolVersion() ?? 'unknown';
  }

  async tools(): Promise<readonly string[]> {
    // Past the client's cache: what is listed may change with what the token allows.
    const { tools } = await this.client.listTools(undefined, { cacheMode: 'refresh' });
    return tools.map(({ name }) => name).sort();
  }

  /** Calls a tool, signing in again where the server wants more scopes. */
  async call(name: string, args: Record<string, unknown>): Promise<CallToolResult> {
    try {
      return await this.client.callTool({ name, arguments: args });
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) throw error;
      await finish(this.transport, this.provider);
      return this.client.callTool({ name, arguments: args });
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }
}

async function finish(transport: StreamableHTTPClientTransport, provider: OAuthClientProvider): Promise<void> {
  const callback = provider instanceof SignInProvider ? provider.callback : undefined;
  must(callback !== undefined, 'the server wants a sign-in, but nobody signed in');
  await transport.finishAuth(callback);
}

/** What a tool answered, as JSON text. */
export function answerOf(result: CallToolResult): string {
  return JSON.stringify(result.structuredContent ?? result.content);
}

/** What a tool answered when it did its work; throws when it says that it failed. */
export function successOf(result: CallToolResult): string {
  must(result.isError !== true, `failed: ${answerOf(result)}`);
  return answerOf(result);
}
