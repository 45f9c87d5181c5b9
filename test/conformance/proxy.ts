/**
 * What stands between the suite and a guarded server: the suite has no way to send a token, and knows the server by
 * the address it was given. The proxy adds the token, and where the suite names that address it names the server's
 * own; any other `Host` and `Origin` goes through as it came, so that the server itself refuses it.
 */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ProxyOptions {
  /** Where requests go. */
  readonly target: string;
  /** The resource as its server knows it. */
  readonly resource: string;
  /** Added to every request; without, `Authorization` goes through as it came. */
  readonly token?: string;
}

export interface Proxy {
  /** The MCP URL for the suite. */
  readonly url: string;
  close(): Promise<void>;
}

export async function startProxy({ target, resource, token }: ProxyOptions): Promise<Proxy> {
  const to = new URL(target);
  const known = new URL(resource);
  let own = '';

  function headersFor(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    const { host, origin, ...others } = headers;
    return {
      ...others,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      host: host === own ? known.host : host,
      ...(origin !== undefined && { origin: origin === `http://${own}` ? known.origin : origin }),
    };
  }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method, headers, url } = incoming;
    const options = { host: to.hostname, port: to.port, method, path: url, headers: headersFor(headers) };
    const onward = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      // The status of a stream is to be seen before its first event.
      outgoing.flushHeaders();
      answer.on('error', () => outgoing.destroy()).pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  const server = createServer(forward).listen(0, '127.0.0.1');
  await once(server, 'listening');
  own = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${own}${known.pathname}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
