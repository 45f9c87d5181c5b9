/**
 * Built servers, used again. Building one costs more than answering with it, the more so the more tools it
 * has. A server is lent to one request at a time and comes back when its exchange has ended well; one whose
 * request was aborted is dropped, since work for it may still be running. Servers of the two protocol eras
 * are kept apart, because an instance is bound to the revision it last spoke.
 */
import type { McpRequestContext, McpServer } from '@modelcontextprotocol/server';

export type BuildServer = () => McpServer | Promise<McpServer>;

/** Idle servers that are kept, per era; more were only needed at once at a peak. */
const MAX_IDLE = 32;

export function pooled(build: BuildServer): (context: McpRequestContext) => McpServer | Promise<McpServer> {
  const idle: Record<McpRequestContext['era'], McpServer[]> = { legacy: [], modern: [] };

  function lend(product: McpServer, { era, requestInfo }: McpRequestContext): McpServer {
    product.server.onclose = () => {
      product.server.onclose = undefined;
      if (requestInfo?.signal.aborted !== true && idle[era].length < MAX_IDLE) idle[era].push(product);
    };
    return product;
  }

  return (context) => {
    const ready = idle[context.era].pop();
    if (ready !== undefined) return lend(ready, context);
    const built = build();
    return built instanceof Promise ? built.then((product) => lend(product, context)) : lend(built, context);
  };
}
