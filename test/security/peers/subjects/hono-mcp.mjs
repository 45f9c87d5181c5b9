/** @hono/mcp: its transport behind its bearer middleware, with jose as the verifier. */
import { bearerAuth, StreamableHTTPTransport } from '@hono/mcp';
import { Hono } from 'hono';
import { overFetch, verifier } from './common.mjs';
import { build } from './sdk-v1.mjs';

export async function start(world) {
  const app = new Hono();
  const verify = verifier(world);
  app.use(
    '/mcp',
    bearerAuth({
      verifyToken: async (token, context) => {
        const auth = await verify(token).catch(() => undefined);
        if (!auth?.scopes.includes(world.scope)) return false;
        context.set('auth', auth);
        return true;
      },
    }),
  );
  app.all('/mcp', async (context) => {
    const transport = new StreamableHTTPTransport();
    await build(world).connect(transport);
    return transport.handleRequest(context);
  });
  return { modern: false, tokens: true, send: overFetch((request) => app.fetch(request), world) };
}
