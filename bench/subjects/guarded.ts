/** This project: token verified, policy applied, output filtered, every call audited on standard output. */
import { serve } from 'cdk-mcp/runtime';
import { isGuarded } from '../../lambda/serve/guarded';
import type { Start } from './subject';
import { benchServer } from './tools';

export const start: Start = (tools) => {
  const server = serve(() => benchServer(tools));
  if (!isGuarded(server)) throw new Error('serve() returned something unguarded');
  const fetch = server.start({ streams: false });
  let calls = 0;
  return (request) => fetch(request, { requestId: `bench-${++calls}`, remainingMs: 29_000 });
};
