/**
 * The notes server as a container of its own: a plain server that listens on loopback and knows nothing of tokens. The
 * guard in front of it says in headers who calls, and is the only one who can.
 */
import { createServer } from 'node:http';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { notesServer } from '../tools';
import { answer, requestFrom } from './node-http';

const CALLER = 'x-mcp-principal-id';

const mcp = createMcpHandler(({ requestInfo }) => {
  const caller = decodeURIComponent(requestInfo?.headers.get(CALLER) ?? '');
  if (caller === '') throw new Error(`there is no ${CALLER}: this server is reached through its guard alone`);
  return notesServer({ callerOf: () => caller });
});

const http = createServer(async (incoming, outgoing) => {
  try {
    await answer(outgoing, await mcp.fetch(await requestFrom(incoming)));
  } catch (error) {
    console.error(error);
    if (!outgoing.headersSent) outgoing.writeHead(500);
    outgoing.end();
  }
});
// Longer than the guard keeps a connection, so that none ends while a request is on its way.
http.keepAliveTimeout = 75_000;
http.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
process.once('SIGTERM', () => http.close());
