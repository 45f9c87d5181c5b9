import type { ServerResponse } from 'node:http';
import type { RestRequest } from './request';
import type { RestResponse } from './response';

/** Sends a response, a stream as it comes; resolves when it is over, with what the log says about it. */
export async function sendRest(
  outgoing: ServerResponse,
  request: RestRequest,
  { status, headers, body }: RestResponse,
): Promise<{ bytes: number; firstByteMs?: number }> {
  const raw = [
    ...headers.flat(),
    ...['x-amzn-RequestId', request.id, 'x-amz-apigw-id', request.extendedId],
    ...['X-Amzn-Trace-Id', `Root=${request.traceId}`],
  ];
  const bodiless = request.method === 'HEAD' || status === 204 || status === 304;
  if (Buffer.isBuffer(body)) {
    const length = status === 204 || status === 304 ? [] : ['Content-Length', String(body.length)];
    outgoing.writeHead(status, [...raw, ...length]);
    outgoing.end(bodiless ? undefined : body);
    return { bytes: bodiless ? 0 : body.length };
  }
  outgoing.writeHead(status, raw);
  outgoing.flushHeaders();
  // Nobody reads on: the stream is let go, which stops no function.
  const gone = () => body.destroy();
  outgoing.once('close', gone);
  let bytes = 0;
  let firstByteMs: number | undefined;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      firstByteMs ??= Date.now() - request.receivedAt;
      bytes += chunk.length;
      if (!bodiless && !outgoing.write(chunk)) await drained(outgoing);
    }
    outgoing.off('close', gone);
    outgoing.end();
  } catch {
    // Status and headers are out: the client can only be left with half an answer.
    outgoing.destroy();
  }
  return { bytes, firstByteMs };
}

function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    outgoing.once('drain', done).once('close', done);
  });
}
