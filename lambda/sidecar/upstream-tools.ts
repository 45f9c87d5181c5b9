/**
 * The tools of a server in another process: asked in the modern era and, where the server does not know it, as a client
 * of the older one that begins a session, lists and ends it.
 */
import type { McpFetch } from '../guard/guard';
import { isRecord } from '../guard/message';
import type { Principal } from '../guard/principal';
import { NotServed } from '../guard/server-fault';
import { ANSWER_MS, answerIn, listAll, listTools } from '../guard/tools/tool-list';
import type { ListTools } from '../guard/tools/tools';
import { answerFrom } from './answers';
import type { Send } from './connection';
import { upstreamHeaders } from './headers';
import { sentTo, sessionIdOf } from './upstream';
import type { UpstreamSessions } from './upstream-sessions';

/** How the guard itself begins a session of the older era. */
export const INITIALIZE = {
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'guard', version: '1' } },
};

const TOOLS = { method: 'tools/list', items: 'tools' };

export interface UpstreamToolsOptions {
  readonly send: Send;
  readonly server: McpFetch;
  readonly sessions: Pick<UpstreamSessions, 'tellEnd'>;
  readonly resource: string;
  readonly maxBytes: number;
}

export function upstreamTools({ send, server, sessions, resource, maxBytes }: UpstreamToolsOptions): ListTools {
  const asked = listTools(server, resource);
  let older = false;

  /** One message of the older era. */
  async function say(parsed: object, headers: Headers, principal: Principal, id?: string) {
    const sent = sentTo('POST', upstreamHeaders(headers, principal, id), parsed);
    const incoming = await send({ ...sent, signal: AbortSignal.timeout(ANSWER_MS), repeatable: true });
    return { id: sessionIdOf(incoming), response: await answerFrom(incoming, maxBytes) };
  }

  async function listedInSession(principal: Principal): Promise<readonly unknown[]> {
    const headers = new Headers({ accept: 'application/json, text/event-stream' });
    const { id, response } = await say(INITIALIZE, headers, principal);
    try {
      const answer = answerIn(await response.text(), response.headers.get('content-type') ?? '');
      const result = isRecord(answer) && isRecord(answer.result) ? answer.result : undefined;
      if (result === undefined) throw new Error('the server does not begin', { cause: answer });
      headers.set('mcp-protocol-version', String(result.protocolVersion));
      await say({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers, principal, id);
      const inSession: McpFetch = async (_request, { body: { parsed } }) => {
        const {
          params: { _meta, ...rest },
          ...message
        } = parsed as { params: { _meta: object } };
        return (await say({ ...message, params: rest }, headers, principal, id)).response;
      };
      return await listAll(inSession, resource, principal, TOOLS);
    } finally {
      if (id !== undefined) sessions.tellEnd(id, principal);
    }
  }

  return async (admitted) => {
    if (!older) {
      try {
        return await asked(admitted);
      } catch (fault) {
        if (NotServed.refusalOf(fault) !== undefined) throw fault;
      }
    }
    const tools = await listedInSession(admitted.principal);
    older = true;
    return tools;
  };
}
