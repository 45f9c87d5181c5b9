/** Puts the guard in front of a server, once per process. */
import { configFrom } from '../guard/config';
import type { CallContext } from '../guard/exchange';
import { createGuard, type Guard, type McpFetch } from '../guard/guard';
import { concurrencyOf, limitsOf } from '../guard/limit-rules';
import { listTools } from '../guard/tools/tool-list';
import { GUARDED, type Guarded } from './guarded';
import { inventoryOf } from './inventory';
import { mcpServer } from './mcp-server';
import type { BuildServer } from './pool';

/** How long a subscription stays open where it cannot stream: acknowledged, then closed in good order. */
const BUFFERED_LISTEN_MS = 250;

export function guarded(build: BuildServer): Guarded {
  return {
    [GUARDED]: true,
    start({ streams }) {
      const config = configFrom(process.env);
      const server: McpFetch = mcpServer(build, {
        listenMs: streams ? undefined : BUFFERED_LISTEN_MS,
        streams,
      });
      const guard: Guard = createGuard(config, { streams, listTools: listTools(server, config.resource) });
      return Object.assign((request: Request, call: CallContext) => guard.fetch(request, server, call), {
        concurrency: concurrencyOf(config.policy),
        bodyBytes: limitsOf(config.policy).bodyBytes,
      });
    },
    inventory: () => inventoryOf(mcpServer(build, {})),
  };
}
