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

/** How long a subscription stays open where it would hold an instance: acknowledged, then closed in good order. */
const BRIEF_LISTEN_MS = 250;

export function guarded(build: BuildServer): Guarded {
  return {
    [GUARDED]: true,
    start({ streams, oneCallAtATime = false }) {
      const config = configFrom(process.env);
      // Whether a stream may wait: for a change, or for a client's answer, which comes as a call of its own.
      const waits = streams && !oneCallAtATime;
      const server: McpFetch = mcpServer(build, { listenMs: waits ? undefined : BRIEF_LISTEN_MS, streams: waits });
      const guard: Guard = createGuard(config, { streams: waits, listTools: listTools(server, config.resource) });
      return Object.assign((request: Request, call: CallContext) => guard.fetch(request, server, call), {
        concurrency: concurrencyOf(config.policy),
        bodyBytes: limitsOf(config.policy).bodyBytes,
      });
    },
    inventory: () => inventoryOf(mcpServer(build, {})),
  };
}
