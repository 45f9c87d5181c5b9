/** Puts the guard in front of a server, once per process. */
import { configFrom } from '../guard/config';
import { createGuard, type Guard, type McpFetch } from '../guard/guard';
import { GUARDED, type Guarded } from './guarded';
import { mcpServer } from './mcp-server';
import type { BuildServer } from './pool';

/** How long a subscription stays open where it cannot stream: acknowledged, then closed in good order. */
const BUFFERED_LISTEN_MS = 250;

export function guarded(build: BuildServer): Guarded {
  return {
    [GUARDED]: true,
    start({ streams }) {
      const guard: Guard = createGuard(configFrom(process.env));
      const server: McpFetch = mcpServer(build, {
        listenMs: streams ? undefined : BUFFERED_LISTEN_MS,
      });
      return (request, call) => guard.fetch(request, server, call);
    },
  };
}
