/** The caller, in a tool: from the context the SDK hands to every handler. */
import type { ServerContext } from '@modelcontextprotocol/server';
import type { Principal } from '../guard/principal';

/** Key under `authInfo.extra`; a symbol would not survive the SDK's copies. */
export const PRINCIPAL = 'cdk-mcp/principal';

/** Stands where the SDK wants a token: tool code never sees the real one. */
export const PLACEHOLDER_TOKEN = 'withheld';

export function principalOf(ctx: ServerContext): Principal {
  const principal = ctx.http?.authInfo?.extra?.[PRINCIPAL];
  if (principal === undefined) {
    throw new Error('there is no principal: this context is not of a request that came through serve()');
  }
  return principal as Principal;
}
