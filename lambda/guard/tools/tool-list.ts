/** Asks the server behind the guard for a list, as a client would, page by page. */
import type { McpFetch } from '../guard';
import { isRecord } from '../message';
import { EventSplitter, mapEventData } from '../outputs/sse';
import type { Principal } from '../principal';
import type { ListTools } from './tools';

const VERSION = '2026-07-28';
const MAX_PAGES = 100;
/** How long a server may take to answer with a page, in milliseconds: nobody else would ever end the question. */
export const ANSWER_MS = 10_000;

/** The tools of a server, as it lists them to the caller whose call is in hand. */
export function listTools(server: McpFetch, resource: string): ListTools {
  return ({ principal }) => listAll(server, resource, principal, { method: 'tools/list', items: 'tools' });
}

export interface List {
  readonly method: string;
  /** The property of a result that holds the list. */
  readonly items: string;
}

/** The server answered, but with no list. */
export class NotListed extends Error {}

/** @throws NotListed, with the answer as its cause */
export async function listAll(server: McpFetch, resource: string, principal: Principal, { method, items }: List) {
  const all: unknown[] = [];
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await ask(server, resource, principal, method, cursor);
    const listed = result[items];
    if (Array.isArray(listed)) all.push(...listed);
    cursor = result.nextCursor;
    if (typeof cursor !== 'string') return all;
  }
  throw new Error(`${method} of the server has no end: ${MAX_PAGES} pages were read`);
}

async function ask(server: McpFetch, resource: string, principal: Principal, method: string, cursor: unknown) {
  const params = {
    ...(typeof cursor === 'string' && { cursor }),
    _meta: {
      'io.modelcontextprotocol/protocolVersion': VERSION,
      'io.modelcontextprotocol/clientInfo': { name: 'guard', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    },
  };
  const request = new Request(resource, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': VERSION,
      'mcp-method': method,
    },
  });
  // Put on it as in `forwardedRequest`.
  Object.defineProperty(request, 'signal', { value: AbortSignal.timeout(ANSWER_MS) });
  const body = {
    parsed: { jsonrpc: '2.0', id: 0, method, params },
    messages: [{ kind: 'request' as const, id: 0, method, params }],
    batch: false,
  };
  const response = await server(request, { body, principal });
  const answer = answerIn(await response.text(), response.headers.get('content-type') ?? '');
  if (isRecord(answer) && isRecord(answer.result)) return answer.result;
  throw new NotListed(`the server does not answer ${method}`, { cause: isRecord(answer) ? answer.error : answer });
}

/** The answer with id 0, in a JSON body or a stream of events. */
export function answerIn(text: string, type: string): unknown {
  if (!type.startsWith('text/event-stream')) return JSON.parse(text);
  let answer: unknown;
  for (const event of new EventSplitter().push(`${text}\n\n`)) {
    mapEventData(event, (data) => {
      const message: unknown = JSON.parse(data);
      if (isRecord(message) && message.id === 0) answer = message;
      return data;
    });
  }
  return answer;
}
