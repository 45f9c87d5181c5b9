/** JSON-RPC requests of both protocol eras, as HTTP carries them. */

export type Method = readonly [method: string, params: Readonly<Record<string, unknown>>];

export interface Wire {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

export function legacy([method, params]: Method, id: string | number = 1): Wire {
  return { headers: { 'mcp-protocol-version': '2025-11-25' }, body: { jsonrpc: '2.0', id, method, params } };
}

/** Revision 2026-07-28: headers name what the body does, and `_meta` says what `initialize` once did. */
export function modern([method, params]: Method): Wire {
  const version = '2026-07-28';
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': version,
    'io.modelcontextprotocol/clientInfo': { name: 'e2e', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const name = params.name ?? params.uri;
  return {
    headers: {
      'mcp-protocol-version': version,
      'mcp-method': method,
      ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
  };
}

/** The body of a tool call. */
export function call(name: string, args: object = {}, id: string | number = 1): object {
  return legacy(['tools/call', { name, arguments: args }], id).body;
}
