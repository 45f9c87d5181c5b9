/**
 * Where spans go. In a function: to the daemon that Lambda runs beside it, one datagram for a call, in the frame with
 * which AWS's own distribution of OpenTelemetry sends OTLP there. Elsewhere, or where an endpoint is named: by OTLP/HTTP
 * (https://opentelemetry.io/docs/specs/otlp/#otlphttp), in Protocol Buffers, to a collector.
 */
import type { Socket } from 'node:dgram';
import type { Environment } from '../../../environment';
import type { Sink } from './exporter';

/** The daemon reads datagrams of 64 KB; base64 makes three bytes four. */
const DATAGRAM_BYTES = 44_000;
const HTTP_BYTES = 1_000_000;
/** Unless `OTEL_BSP_SCHEDULE_DELAY` says otherwise. */
const HTTP_GATHER_MS = 1_000;
const HTTP_TIMEOUT_MS = 5_000;
/** Header of the daemon's protocol, and the mark of OTLP spans of traces that were sampled. */
const FRAME = '{"format":"json","version":1}\nT1S';

/** @param address `host:port`, or `tcp:host:port udp:host:port` */
export function daemon(address: string): Sink {
  const [, host = '127.0.0.1', port = '2000'] = /(?:udp:|^(?!tcp:))([\w.-]+):(\d+)/.exec(address) ?? [];
  let ready: Promise<Socket> | undefined;
  const connected = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = process.getBuiltinModule('node:dgram').createSocket('udp4');
      // Nobody listens: said once more with the next datagram.
      socket.on('error', reject);
      socket.unref();
      socket.connect(Number(port), host, () => resolve(socket));
    });
  return {
    batchBytes: DATAGRAM_BYTES,
    async send(batch) {
      ready ??= connected();
      const socket = await ready;
      await new Promise<void>((resolve, reject) => {
        socket.send(`${FRAME}${batch.toString('base64')}`, (fault) => (fault ? reject(fault) : resolve()));
      });
    },
  };
}

export function collector(endpoint: string, environment: Environment): Sink {
  const headers = {
    ...headersFrom(environment.OTEL_EXPORTER_OTLP_HEADERS),
    ...headersFrom(environment.OTEL_EXPORTER_OTLP_TRACES_HEADERS),
    'content-type': 'application/x-protobuf',
  };
  return {
    batchBytes: HTTP_BYTES,
    gatherMs: Number(environment.OTEL_BSP_SCHEDULE_DELAY ?? HTTP_GATHER_MS),
    async send(body) {
      const signal = AbortSignal.timeout(HTTP_TIMEOUT_MS);
      const response = await fetch(endpoint, { method: 'POST', headers, body, redirect: 'error', signal });
      await response.body?.cancel();
      if (!response.ok) throw new Error(`the collector answered ${response.status}`);
    },
  };
}

/** `name=value` pairs with commas between them, values percent-encoded. */
function headersFrom(list = ''): Record<string, string> {
  const pairs = list.split(',').flatMap((pair): [string, string][] => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim().toLowerCase(), decodeURIComponent(pair.slice(at + 1).trim())]] : [];
  });
  return Object.fromEntries(pairs);
}
