/**
 * Takes spans where they are taken in the account: datagrams for the daemon that Lambda runs beside a function, and
 * OTLP/HTTP for the collector beside a container.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ReadSpan, readSpans } from './otlp';

export interface TraceReceiver {
  /** What `AWS_XRAY_DAEMON_ADDRESS` becomes. */
  readonly daemon: string;
  /** What `OTEL_EXPORTER_OTLP_ENDPOINT` becomes. */
  readonly collector: string;
  close(): Promise<void>;
}

const FRAME = '{"format":"json","version":1}\n';
/** OTLP of sampled traces; segments of the X-Ray SDK come without a mark and are not read here. */
const SAMPLED = 'T1S';
const MAX_BYTES = 4_000_000;

/** @param take gets the spans of one datagram or request */
export async function startTraceReceiver(
  take: (spans: ReadSpan[]) => void,
  refused: (what: string) => void,
): Promise<TraceReceiver> {
  const read = (request: Buffer) => {
    try {
      take(readSpans(request));
    } catch (error) {
      refused(`spans that cannot be read: ${String(error)}`);
    }
  };
  const socket = createSocket('udp4');
  socket.on('message', (message) => {
    const text = message.toString('latin1');
    const body = text.startsWith(FRAME) ? text.slice(FRAME.length) : '';
    if (body.startsWith(SAMPLED)) read(Buffer.from(body.slice(SAMPLED.length), 'base64'));
    else refused('a datagram that is no OTLP of a sampled trace');
  });
  socket.bind(0, '127.0.0.1');
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes <= MAX_BYTES) chunks.push(chunk as Buffer);
    }
    const known = request.method === 'POST' && request.url === '/v1/traces' && bytes <= MAX_BYTES;
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
    if (known) read(Buffer.concat(chunks));
  });
  server.listen(0, '127.0.0.1');
  await Promise.all([once(socket, 'listening'), once(server, 'listening')]);
  return {
    daemon: `127.0.0.1:${socket.address().port}`,
    collector: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await Promise.all([
        new Promise<void>((resolve) => socket.close(() => resolve())),
        new Promise<void>((resolve) => server.close(() => resolve())),
      ]);
    },
  };
}
