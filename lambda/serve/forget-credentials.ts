import type { IncomingMessage } from 'node:http';

const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie']);

/** Takes credentials out of a message that was read: tool code finds open sockets by `process`, and messages by these. */
export function forgetCredentials({ headers, rawHeaders }: IncomingMessage): void {
  for (const name of CREDENTIALS) delete headers[name];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (CREDENTIALS.has(rawHeaders[at]?.toLowerCase() ?? '')) rawHeaders[at + 1] = '';
  }
}
