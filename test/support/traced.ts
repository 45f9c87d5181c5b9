/** A guard whose calls are traced, in front of tools that ask others. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { mcpServer } from '../../lambda/serve/mcp-server';
import type { TracingSettings } from '../../lib/private/contract';
import type { ReadSpan } from '../../local/traces/otlp';
import type { Collector } from './collector';
import { CONFIG, type Keys, modern, type PostOptions, type TestGuard, testGuard } from './guard';

export const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
export const SPAN = '00f067aa0ba902b7';
export const TRACEPARENT = `00-${TRACE}-${SPAN}-01`;

export interface Downstream {
  readonly address: string;
  /** Headers of what came in. */
  readonly asked: IncomingHttpHeaders[];
  close(): Promise<void>;
}

/** A service behind a tool; `/fail…` is answered with 503. */
export async function downstreamService(): Promise<Downstream> {
  const asked: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(request.url?.startsWith('/fail') ? 503 : 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close };
}

export type Tool = (args: Record<string, unknown>) => unknown;

/** With the tools `list_notes` and `read_…` of the test policy. */
export async function tracedGuard(
  keys: Keys,
  collector: Pick<Collector, 'address'> | undefined,
  tools: Readonly<Record<string, Tool>>,
  settings: TracingSettings | undefined = { ratio: 0 },
  more: Parameters<typeof testGuard>[2] = {},
): Promise<TestGuard> {
  const build = () => {
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    for (const [name, tool] of Object.entries(tools)) {
      server.registerTool(name, { inputSchema: z.looseObject({}) }, async (args) => {
        const said = await tool(args);
        return { content: [{ type: 'text', text: typeof said === 'string' ? said : 'done' }] };
      });
    }
    return server;
  };
  const destination = collector?.address.startsWith('http') ? 'OTEL_EXPORTER_OTLP_ENDPOINT' : 'AWS_XRAY_DAEMON_ADDRESS';
  if (collector !== undefined) process.env[destination] = collector.address;
  process.env.OTEL_BSP_SCHEDULE_DELAY = '5';
  try {
    const guard = testGuard(keys, mcpServer(build, {}), more, { ...CONFIG, tracing: settings });
    // The recorder is loaded beside.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return guard;
  } finally {
    delete process.env[destination];
  }
}

export interface CallOptions extends PostOptions {
  readonly era?: 'modern' | 'legacy';
  readonly meta?: Record<string, unknown>;
  readonly args?: Record<string, unknown>;
}

export function callTool(guard: TestGuard, name: string, options: CallOptions = {}): Promise<Response> {
  const { era = 'modern', meta = {}, args = {}, ...post } = options;
  const params = { name, arguments: args, _meta: meta };
  if (era === 'legacy') {
    const headers = { 'mcp-protocol-version': '2025-11-25', ...post.headers };
    return guard.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, { ...post, headers });
  }
  const { headers, body } = modern('tools/call', params);
  const sent = { ...body, params: { ...body.params, _meta: { ...body.params._meta, ...meta } } };
  return guard.post(sent, { ...post, headers: { ...headers, ...post.headers } });
}

export function named(spans: readonly ReadSpan[], name: string): ReadSpan {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span '${name}' among ${spans.map((span) => span.name).join(', ')}`);
  return found;
}
