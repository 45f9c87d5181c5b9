/** The one call that everyone is measured on, in both protocol eras. */
import type { Era } from './subjects/subject';

export interface RequestFacts {
  readonly resource: string;
  readonly token?: string;
}

const MODERN = '2026-07-28';
const LEGACY = '2025-11-25';

export function requestOf({ resource, token }: RequestFacts, era: Era, id: number): Request {
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  const params = {
    name: 'tool_0',
    arguments: { a: id, b: 2, note: 'a short note that a client might send along' },
  };
  const body = { jsonrpc: '2.0', id, method: 'tools/call' };
  if (era === 'legacy') {
    return new Request(resource, {
      method: 'POST',
      headers: { ...headers, 'mcp-protocol-version': LEGACY },
      body: JSON.stringify({ ...body, params }),
    });
  }
  return new Request(resource, {
    method: 'POST',
    headers: {
      ...headers,
      'mcp-protocol-version': MODERN,
      'mcp-method': 'tools/call',
      'mcp-name': 'tool_0',
    },
    body: JSON.stringify({
      ...body,
      params: {
        ...params,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': MODERN,
          'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1.0.0' },
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  });
}
