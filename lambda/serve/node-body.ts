/** Reads the body of a node:http request: no more bytes and no longer than allowed. */
import type { IncomingMessage } from 'node:http';
import { ok, type Result, refuse } from '../guard/result';

export function readBody(incoming: IncomingMessage, maxBytes: number, ms: number): Promise<Result<string>> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = (result: Result<string>) => {
      clearTimeout(timer);
      incoming.off('data', onData).off('end', onEnd).off('close', onClose);
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes > maxBytes) settle(refuse({ reason: 'body_too_large' }));
    };
    const onEnd = () => settle(ok(new TextDecoder().decode(Buffer.concat(chunks))));
    const onClose = () => settle(refuse({ reason: 'body_incomplete' }));
    const timer = setTimeout(onClose, ms);
    incoming.on('data', onData).on('end', onEnd).on('close', onClose);
    if (incoming.destroyed) onClose();
  });
}

/**
 * Lets go by what a client sends after it was answered, so that it gets to read the answer: closing on it would take
 * the answer back. As much as it was allowed to send, then the connection is cut.
 */
export function drain(incoming: IncomingMessage, maxBytes: number): void {
  let left = maxBytes;
  incoming.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) incoming.destroy();
  });
}
