/** A wire that is listened to: passes requests on as they are, and keeps what was asked. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { startUpstream, type Upstream } from '../../support/sidecar';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Watched extends Upstream {
  readonly asked: readonly Asked[];
}

/** Before the server on a port of this machine. */
export async function watched(port: number): Promise<Watched> {
  const asked: Asked[] = [];
  const upstream = await startUpstream((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const body = Buffer.concat(chunks);
      asked.push({ method, path, headers, body: body.toString('utf8') });
      const further = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers).flushHeaders();
        answer.pipe(outgoing);
      });
      further.once('error', () => outgoing.destroy());
      outgoing.once('close', () => further.destroy());
      further.end(body);
    });
  });
  return { ...upstream, asked };
}
