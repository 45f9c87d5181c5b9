/** fastmcp over HTTP without sessions, with its `authenticate`. It listens by itself; its listener is taken from there. */
import { Server } from 'node:http';
import { FastMCP } from 'fastmcp';
import * as z from 'zod';
import { nodeFetch } from './node-fetch.mjs';
import { verifyAccessToken } from './verify.mjs';

export const era = 'legacy';

export async function start(tools) {
  const server = new FastMCP({
    name: 'bench',
    version: '1.0.0',
    logger: { debug() {}, error() {}, info() {}, log() {}, warn() {} },
    authenticate: async (request) => {
      try {
        return await verifyAccessToken(request.headers.authorization?.replace(/^Bearer /, '') ?? '');
      } catch {
        throw new Response(null, { status: 401, statusText: 'Unauthorized' });
      }
    },
  });
  for (let index = 0; index < tools; index++) {
    server.addTool({
      name: `tool_${index}`,
      description: `Adds two numbers, variant ${index}`,
      parameters: z.object({ a: z.number(), b: z.number(), note: z.string().max(200).optional() }),
      execute: async ({ a, b }) => `The sum is ${a + b}`,
    });
  }
  const { listen } = Server.prototype;
  let http;
  Server.prototype.listen = function (...options) {
    http = this;
    return listen.apply(this, options);
  };
  try {
    await server.start({
      transportType: 'httpStream',
      httpStream: { port: 0, host: '127.0.0.1', endpoint: '/mcp', stateless: true },
    });
  } finally {
    Server.prototype.listen = listen;
  }
  http.unref();
  const [listener] = http.listeners('request');
  return nodeFetch(listener);
}
