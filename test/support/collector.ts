/** Collectors that take OTLP over HTTP or by datagram, as the tests see spans. */
import { createSocket } from 'node:dgram';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReadSpan, readSpans } from '../../local/traces/otlp';

export interface Collector {
  /** `http://…` or `host:port`. */
  readonly address: string;
  readonly spans: ReadSpan[];
  /** Everything that came in, as it came. */
  readonly raw: Buffer[];
  readonly headers: IncomingHttpHeaders[];
  /** Resolves when there are as many spans. */
  has(count: number): Promise<ReadSpan[]>;
  close(): Promise<void>;
}

export async function httpCollector(status = 200): Promise<Collector> {
  const taken = basket();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.headers.push(request.headers);
    if (status === 200) taken.take(Buffer.concat(chunks));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { ...taken, address, close };
}

export async function daemon(): Promise<Collector> {
  const taken = basket();
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    const [header, body = ''] = message.toString('latin1').split('\n');
    if (header !== '{"format":"json","version":1}' || !body.startsWith('T1S')) throw new Error(`no frame: ${header}`);
    taken.take(Buffer.from(body.slice(3), 'base64'));
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const address = `127.0.0.1:${socket.address().port}`;
  return { ...taken, address, close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

function basket() {
  const spans: ReadSpan[] = [];
  const raw: Buffer[] = [];
  return {
    spans,
    raw,
    headers: [] as IncomingHttpHeaders[],
    take(request: Buffer) {
      raw.push(request);
      spans.push(...readSpans(request));
    },
    async has(count: number) {
      for (const until = Date.now() + 5_000; spans.length < count && Date.now() < until; ) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      if (spans.length < count) throw new Error(`${spans.length} spans came, ${count} were awaited`);
      return spans;
    },
  };
}
