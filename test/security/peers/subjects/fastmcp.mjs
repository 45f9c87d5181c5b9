/** fastmcp: its http stream, stateless, with `authenticate` verifying by jose as its authentication page does. */
import { FastMCP } from 'fastmcp';
import { z } from 'zod';
import { overPort, tools, verifier } from './common.mjs';

export async function start(world) {
  const verify = verifier(world);
  const server = new FastMCP({
    name: 'notes',
    version: '1.0.0',
    logger: { debug() {}, error() {}, info() {}, log() {}, warn() {} },
    authenticate: async (request) => {
      const { authorization } = request.headers;
      if (!authorization?.startsWith('Bearer ')) throw new Response(null, { status: 401 });
      try {
        const { extra, scopes } = await verify(authorization.slice(7));
        if (!scopes.includes(world.scope)) throw new Error('scope');
        return { userId: extra.sub };
      } catch {
        throw new Response(null, { status: 401 });
      }
    },
  });
  tools((name, execute) => server.addTool({ name, description: name, parameters: z.object({}), execute }), world);
  await server.start({
    transportType: 'httpStream',
    httpStream: { port: world.port, host: '127.0.0.1', endpoint: '/mcp', stateless: true },
  });
  return { modern: false, tokens: true, send: overPort(world.port), close: () => server.stop() };
}
