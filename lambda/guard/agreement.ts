/**
 * Headers and body must agree, in every protocol era. `Mcp-Method` and `Mcp-Name` exist so that gateways can
 * route and decide without reading the body; a request whose headers name something harmless while its body
 * calls something else is an attempt to slip past one.
 */
import type { Body } from './message';
import { ok, type Result, refuse } from './result';
import { headerNameOf } from './target';

const BASE64_VALUE = /^=\?base64\?([A-Za-z0-9+/]*={0,2})\?=$/;

export function headersAgree(headers: Headers, body: Body): Result<void> {
  const method = headers.get('mcp-method');
  if (method !== null && !body.messages.every((message) => message.method === method)) {
    return refuse({ reason: 'header_mismatch', header: 'Mcp-Method' });
  }
  const name = headers.get('mcp-name');
  if (name !== null) {
    const decoded = decode(name);
    if (decoded === undefined || !body.messages.every((message) => headerNameOf(message) === decoded)) {
      return refuse({ reason: 'header_mismatch', header: 'Mcp-Name' });
    }
  }
  return ok(undefined);
}

function decode(value: string): string | undefined {
  if (!value.startsWith('=?')) return value;
  const encoded = BASE64_VALUE.exec(value)?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
}
