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

export function guarded(build: BuildServer): Guarded {
  let built: Promise<void> | undefined;
  return {
    [GUARDED]: true,
    start({ streams, oneCallAtATime = false }) {
      const config = configFrom(process.env);
      // Whether a stream may wait: for a change, or for a client's answer, which comes as a call of its own.
      const waits = streams && !oneCallAtATime;
      const server: McpFetch = mcpServer(build, { streams: waits });
      const guard: Guard = createGuard(config, { streams: waits, listTools: listTools(server, config.resource) });
      return Object.assign((request: Request, call: CallContext) => guard.fetch(request, server, call), {
        concurrency: concurrencyOf(config.policy),
        bodyBytes: limitsOf(config.policy).bodyBytes,
      });
    },
    // One that cannot be built answers nothing: once it could, this process takes calls.
    ready() {
      const once = async () => (await build()).close();
      built ??= once().catch((fault) => {
        built = undefined;
        throw fault;
      });
      return built;
    },
    inventory: () => inventoryOf(mcpServer(build, {})),
  };
}
