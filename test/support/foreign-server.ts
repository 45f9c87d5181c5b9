/** A server of the official SDK on node:http that knows nothing of this project, and writes down what it was sent. */
import type { IncomingHttpHeaders } from 'node:http';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { startUpstream, type Upstream } from './sidecar';

export interface ForeignServer extends Upstream {
  readonly requests: {
    readonly method?: string;
    readonly url?: string;
    readonly headers: IncomingHttpHeaders;
    readonly rawHeaders: string[];
    readonly body: string;
  }[];
  /** Calls of tools, by name. */
  readonly calls: string[];
}

export const FOREIGN_TOOLS = ['list_notes', 'read_note', 'add_note', 'delete_note', 'drop_table'];

export async function startForeignServer(): Promise<ForeignServer> {
  const requests: ForeignServer['requests'] = [];
  const calls: string[] = [];
  const handler = createMcpHandler(() => notes(calls));
  const upstream = await startUpstream(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method, url, headers, rawHeaders } = incoming;
    requests.push({ method, url, headers, rawHeaders, body });
    const request = new Request(`http://127.0.0.1${url}`, {
      method,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string]),
      body: method === 'POST' ? body : undefined,
    });
    const response = await handler.fetch(request);
    outgoing.writeHead(response.status, {
      ...Object.fromEntries(response.headers),
      'set-cookie': 'sid=1',
      server: 'secret/1.0',
    });
    if (response.body !== null) for await (const chunk of response.body) outgoing.write(chunk);
    outgoing.end();
  });
  return { ...upstream, requests, calls };
}

function notes(calls: string[]): McpServer {
  const server = new McpServer({ name: 'foreign', version: '1.0.0' });
  for (const name of FOREIGN_TOOLS) {
    server.registerTool(
      name,
      { inputSchema: z.object({ text: z.string().optional(), count: z.number().optional() }) },
      async ({ text }) => {
        calls.push(name);
        return { content: [{ type: 'text', text: text ?? name }] };
      },
    );
  }
  server.registerTool('read_slow', { inputSchema: z.object({}) }, async (_args, ctx) => {
    calls.push('read_slow');
    for (let step = 1; step <= 3; step++) {
      await ctx.mcpReq.notify({ method: 'notifications/message', params: { level: 'info', data: `step ${step}` } });
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return { content: [{ type: 'text', text: 'slow' }] };
  });
  return server;
}
