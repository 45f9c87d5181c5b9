/** A server of SDK v1 that demands a session, as the reference server does: its own ids, a stream by GET, DELETE. */
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { startUpstream, type Upstream } from './sidecar';

export interface SessionUpstream extends Upstream {
  /** Ids of the sessions that are open. */
  readonly open: Map<string, StreamableHTTPServerTransport>;
  /** Of every request: its method and the session it named. */
  readonly named: { readonly method?: string; readonly id?: string; readonly principal?: string }[];
  readonly cancelled: unknown[];
}

/**
 * @param enableJsonResponse it answers in JSON, and says nothing before the work is done
 * @param openingMs what it takes to begin a session, whoever waits
 */
export async function startSessionUpstream({
  enableJsonResponse = false,
  openingMs = 0,
} = {}): Promise<SessionUpstream> {
  const open: SessionUpstream['open'] = new Map();
  const named: SessionUpstream['named'] = [];
  const cancelled: unknown[] = [];
  const upstream = await startUpstream(async (incoming, outgoing) => {
    const { method, headers } = incoming;
    const id = headers['mcp-session-id'] as string | undefined;
    named.push({ method, id, principal: headers['x-mcp-principal-id'] as string | undefined });
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const body = text === '' ? undefined : JSON.parse(text);
    let transport = id === undefined ? undefined : open.get(id);
    if (transport === undefined) {
      if (id !== undefined || body?.method !== 'initialize') {
        const error = { code: -32000, message: 'Bad Request: No valid session ID provided' };
        const refusal = JSON.stringify({ jsonrpc: '2.0', id: null, error });
        outgoing.writeHead(id === undefined ? 400 : 404, { 'content-type': 'application/json' }).end(refusal);
        return;
      }
      if (openingMs > 0) await new Promise((resolve) => setTimeout(resolve, openingMs));
      const made = new StreamableHTTPServerTransport({
        enableJsonResponse,
        sessionIdGenerator: () => `upstream-${randomUUID()}`,
        onsessioninitialized: (fresh) => void open.set(fresh, made),
        onsessionclosed: (ended) => void open.delete(ended),
      });
      await notes(cancelled).connect(made);
      transport = made;
    }
    await transport.handleRequest(incoming, outgoing, body);
  });
  return { ...upstream, open, named, cancelled };
}

function notes(cancelled: unknown[]): McpServer {
  const server = new McpServer({ name: 'stateful', version: '1.0.0' });
  let calls = 0;
  server.registerTool('list_notes', { inputSchema: {} }, async () => {
    calls += 1;
    return { content: [{ type: 'text', text: `call ${calls} of this session` }] };
  });
  server.registerTool('read_note', { inputSchema: { note: z.string().optional() } }, async (_args, { signal }) => {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 2_000);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        cancelled.push(signal.reason);
        resolve();
      });
    });
    return { content: [] };
  });
  server.registerTool('read_person', { inputSchema: {} }, async (_args, extra) => {
    const asked = await extra.sendRequest(
      {
        method: 'elicitation/create',
        params: { message: 'Name?', requestedSchema: { type: 'object', properties: {} } },
      },
      z.looseObject({ action: z.string() }),
    );
    return { content: [{ type: 'text', text: `said ${asked.action}` }] };
  });
  return server;
}
