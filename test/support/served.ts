/** A guard before a real SDK server that writes down what it was called for. */
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import type { GuardDependencies } from '../../lambda/guard/guard';
import { mcpServer } from '../../lambda/serve/mcp-server';
import { type Keys, RESOURCE, sign, testGuard, userClaims } from './guard';

export interface Served {
  /** Tools, prompts and resources that were reached, by name. */
  readonly reached: { readonly name: string; readonly given: unknown }[];
  /** A POST of exactly this body, with an honest token. */
  send(body: string | Uint8Array, headers?: Record<string, string>, method?: string): Promise<Answered>;
}

export interface Answered {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

export const TOOLS = ['list_notes', 'read_note', 'read_other', 'add_note', 'delete_note', 'drop_table'];

export async function startServed(keys: Keys, dependencies: GuardDependencies = {}): Promise<Served> {
  const reached: Served['reached'][number][] = [];
  const { guard } = testGuard(keys, () => Promise.reject(new Error('unused')), dependencies);
  const server = mcpServer(() => notes(reached), {});
  const token = await sign(keys, userClaims());
  return {
    reached,
    async send(body, headers = {}, method = 'POST') {
      const request = new Request(RESOURCE, {
        method,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${token}`,
          ...headers,
        },
        body: method === 'GET' || method === 'HEAD' ? undefined : body,
      });
      const response = await guard.fetch(request, server, { requestId: 'request-1', remainingMs: 5_500 });
      return { status: response.status, text: await response.text(), headers: response.headers };
    },
  };
}

function notes(reached: Served['reached']): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' });
  for (const name of TOOLS) {
    server.registerTool(name, { inputSchema: z.looseObject({}) }, async (given) => {
      reached.push({ name, given });
      return { content: [{ type: 'text', text: name }] };
    });
  }
  server.registerPrompt('summarize', {}, async () => {
    reached.push({ name: 'summarize', given: undefined });
    return { messages: [] };
  });
  server.registerResource('any', new ResourceTemplate('{+uri}', { list: undefined }), {}, async (uri) => {
    reached.push({ name: uri.href, given: undefined });
    return { contents: [{ uri: uri.href, text: 'x' }] };
  });
  return server;
}
