/**
 * A request for a shared host name, sent to the endpoint of one region: the connection goes to the region's own name,
 * while certificate and `Host` are those of the shared one, as for every other caller.
 */
import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface Asked {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Ask = (url: string, asked: Asked) => Promise<Answer>;

const TIMEOUT_MS = 10_000;
/** Far more than any answer that is asked for here. */
const MAX_BYTES = 1024 * 1024;

/** @param address host of the region's endpoint, a port where it has another */
export function askAt(address: string): Ask {
  return (url, { method, headers, body }) => {
    const { protocol, hostname, host, pathname, search } = new URL(url);
    const [to, port] = address.split(':');
    const options = {
      host: to,
      port,
      servername: hostname,
      method,
      path: `${pathname}${search}`,
      headers: { ...headers, host, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    };
    return new Promise((resolve, reject) => {
      const request = (protocol === 'http:' ? overHttp : overHttps)(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_BYTES) response.destroy(new Error('the answer is too long'));
        });
        response.once('error', reject);
        response.once('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      });
      request.once('error', reject);
      request.end(body);
    });
  };
}
