import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayResponse } from './response';

/** The largest request an HTTP API takes. */
const BODY_BYTES = 10 * 1024 * 1024;

/** In the account no other host leads to an API; here it keeps other names that resolve to this machine out. */
export function isOwnHost(host: string | undefined, port: number): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].some((name) => host === `${name}:${port}`);
}

/** Undefined when it is too large; the rest is read and dropped, so that the client sees the answer. */
export function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let bytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= BODY_BYTES) chunks.push(chunk);
      else chunks = [];
      if (bytes > BODY_BYTES) resolve(undefined);
    });
    incoming.once('end', () => resolve(Buffer.concat(chunks)));
    incoming.once('error', reject);
  });
}

export function send(
  outgoing: ServerResponse,
  request: { readonly id: string; readonly method: string },
  response: GatewayResponse,
): void {
  const { status, headers, cookies, body } = response;
  outgoing.writeHead(status, {
    ...headers,
    ...(cookies?.length ? { 'set-cookie': [...cookies] } : {}),
    ...(status === 204 || status === 304 ? {} : { 'content-length': String(body.length) }),
    'apigw-requestid': request.id,
  });
  outgoing.end(request.method === 'HEAD' ? undefined : body);
}
