/** One call to the server as plain data, so that the same calls go in process and over sockets. */

export interface Call {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** @default 'POST' */
  readonly method?: string;
  readonly query?: string;
  /** The client goes: after the first bytes of the answer, or without waiting for any. */
  readonly leave?: 'mid-stream' | 'unanswered';
  /** Milliseconds that the platform leaves for the call; in process only. */
  readonly remainingMs?: number;
}

export interface Answer {
  /** 0: the client left before there was one. */
  readonly status: number;
  readonly text: string;
}

export type Ask = (call: Call) => Promise<Answer>;

/** Milliseconds after which a client goes that does not wait for an answer. */
export const PATIENCE_MS = 5;

const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';
const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

export interface Wanted {
  readonly token?: string;
  readonly id?: number | string;
  readonly progressToken?: number;
}

/** A request of the 2026-07-28 revision. */
export function modern(
  method: string,
  params: Record<string, unknown>,
  { token, id = 1, progressToken }: Wanted,
): Call {
  const name = method === 'resources/read' ? params.uri : params.name;
  return {
    headers: {
      ...JSON_HEADERS,
      ...bearer(token),
      'mcp-protocol-version': MODERN,
      'mcp-method': method,
      ...(typeof name === 'string' && { 'mcp-name': name }),
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id,
      method,
      params: {
        ...params,
        _meta: {
          ...(progressToken !== undefined && { progressToken }),
          'io.modelcontextprotocol/protocolVersion': MODERN,
          'io.modelcontextprotocol/clientInfo': { name: 'soak', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  };
}

/** A request of an older revision. */
export function legacy(
  method: string,
  params: Record<string, unknown>,
  { token, id = 1, progressToken }: Wanted,
): Call {
  const meta = progressToken === undefined ? {} : { _meta: { progressToken } };
  return raw({ jsonrpc: '2.0', id, method, params: { ...params, ...meta } }, token);
}

/** Any body, whatever it says. */
export function raw(body: unknown, token?: string): Call {
  return {
    headers: { ...JSON_HEADERS, ...bearer(token), 'mcp-protocol-version': LEGACY },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

function bearer(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}
