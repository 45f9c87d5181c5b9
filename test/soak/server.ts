/** The server that is soaked: tools that answer, fail, stream, wait, and say what they should not. */
import { McpServer, ResourceTemplate } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { principalOf, serve, toolError } from '../../lambda/serve/runtime';

/** Kept for ever when the soak is to fail: it must notice. */
const leaked: unknown[] = [];

const text = (value: string) => ({ content: [{ type: 'text' as const, text: value }] });
const nothing = z.object({});

/** A promise that ends with the time or with the call, whichever is first. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

export function soakServer(leak: boolean) {
  return serve(() => {
    const server = new McpServer({ name: 'soak', version: '1.0.0' });
    const numbers = z.object({ a: z.number(), b: z.number() });
    server.registerTool('add', { inputSchema: numbers }, async ({ a, b }, ctx) => {
      if (leak) leaked.push({ ctx, note: `a note of call ${a}`.repeat(8) });
      return text(`The sum is ${a + b}`);
    });
    server.registerTool('who', { inputSchema: nothing }, async (_args, ctx) => text(`You are ${principalOf(ctx).id}`));
    server.registerTool('write', { inputSchema: nothing }, async () => text('written'));
    server.registerTool('admin', { inputSchema: nothing }, async () => text('administered'));
    server.registerTool('throws', { inputSchema: nothing }, async () => {
      throw new Error('password=hunter2 at /srv/secret.ts');
    });
    server.registerTool('says_error', { inputSchema: nothing }, async () => toolError('no such thing'));
    server.registerTool('secret', { inputSchema: nothing }, async () => text(`key AKIA${'ABCDEFGH'.repeat(2)}`));
    server.registerTool('huge', { inputSchema: nothing }, async () => text('x'.repeat(4 * 1024 * 1024 + 1)));
    server.registerTool('progress', { inputSchema: z.object({ steps: z.number() }) }, async ({ steps }, ctx) => {
      const progressToken = ctx.mcpReq._meta?.progressToken;
      for (let progress = 1; progress <= steps && !ctx.mcpReq.signal.aborted; progress++) {
        if (progressToken !== undefined) {
          await ctx.mcpReq.notify({
            method: 'notifications/progress',
            params: { progressToken, progress, total: steps },
          });
        }
        await pause(0, ctx.mcpReq.signal);
      }
      return text('done');
    });
    server.registerTool('slow', { inputSchema: nothing }, async (_args, ctx) => {
      await pause(10_000, ctx.mcpReq.signal);
      return text('late');
    });
    server.registerPrompt('greet', { argsSchema: z.object({ name: z.string() }) }, ({ name }) => ({
      messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `Greet ${name}` } }],
    }));
    server.registerResource('fixed', 'soak://fixed', {}, async (uri) => ({
      contents: [{ uri: uri.href, text: 'fixed' }],
    }));
    const template = new ResourceTemplate('soak://item/{id}', {
      list: undefined,
      complete: { id: (value) => [`${value}1`, `${value}2`] },
    });
    server.registerResource('item', template, {}, async (uri, { id }) => {
      if (id === 'broken') throw new Error('ENOENT /srv/items/broken');
      return { contents: [{ uri: uri.href, text: `item ${String(id)}` }] };
    });
    return server;
  });
}
