/** The guard: telling what is hidden from what is not there, and what old revisions have from what the newest lacks. */
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { messagesFrom, modern, sign, testGuard, userClaims } from '../../support/guard';
import { type Attack, type Theme, unless } from '../attack-row';
import type { World } from '../world';

/** A server whose plans no rule names, and whose rules name notes that are not there. */
function vault(): McpServer {
  const server = new McpServer({ name: 'vault', version: '1.0.0' });
  server.registerResource('plans', 'vault://plans', {}, () => ({ contents: [{ uri: 'vault://plans', text: 'plan' }] }));
  server.registerResource('note', new ResourceTemplate('notes://note/{id}/text', { list: undefined }), {}, (uri) => ({
    contents: [{ uri: uri.href, text: 'note' }],
  }));
  server.registerTool('read_x', { inputSchema: z.object({}) }, async () => ({ content: [] }));
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  return server;
}

interface Seen {
  readonly status: number;
  readonly text: string;
}

async function ask(world: World, method: string, params: Record<string, unknown>, inNewest: boolean): Promise<Seen> {
  const wire = inNewest
    ? modern(method, params)
    : { headers: { 'mcp-protocol-version': '2025-11-25' }, body: { jsonrpc: '2.0', id: 1, method, params } };
  const token = await sign(world.keys, userClaims());
  const guarded = testGuard(world.keys, mcpServer(vault, {}));
  const response = await guarded.post(wire.body, { token, headers: wire.headers });
  const { status } = response;
  const text = JSON.stringify(await messagesFrom(response));
  // What differs by nature: the URI that was asked for, and the id of the error.
  return {
    status,
    text: text.replaceAll(/(vault|notes):\/\/[^"]*/g, 'URI').replace(/"errorId":"[^"]*"/, '"errorId":"E"'),
  };
}

const telling = (revision: string, inNewest: boolean): Attack => ({
  attack: `in ${revision}, a hidden resource is compared with one that is not there`,
  expectation: 'both answer the same',
  run: async (world) => {
    const hidden = await ask(world, 'resources/read', { uri: 'vault://plans' }, inNewest);
    const absent = await ask(world, 'resources/read', { uri: 'notes://note/absent' }, inNewest);
    return unless(
      JSON.stringify(hidden) === JSON.stringify(absent),
      `hidden: ${hidden.status} ${hidden.text}, absent: ${absent.status} ${absent.text}`,
    );
  },
});

const gone = (uri: string): Attack => ({
  attack: `in 2026-07-28, a subscription to ${uri} in the words of older revisions`,
  expectation: 'the method is not there, whatever it is about',
  run: async (world) => {
    const { status, text } = await ask(world, 'resources/subscribe', { uri }, true);
    return unless(status === 404 && text.includes('-32601') && !text.includes('URI'), `${status} ${text}`);
  },
});

export const revisions: Theme = {
  name: 'guard: revisions',
  attacks: [
    telling('2026-07-28', true),
    telling('2025-11-25', false),
    gone('vault://plans'),
    gone('notes://note/absent'),
    {
      attack: 'in 2026-07-28, a method that no rule can speak of',
      expectation: '404, with the id of the request',
      run: async (world) => {
        const { status, text } = await ask(world, 'admin/dump', {}, true);
        return unless(status === 404 && text.includes('"id":1'), `${status} ${text}`);
      },
    },
  ],
};
