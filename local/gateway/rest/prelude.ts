import { PassThrough, type Readable } from 'node:stream';
import { type ProxyHead, parse, proxyHead } from './response';

/** Eight zero bytes end the metadata, which must come within the first 16 KB. */
const DELIMITER = Buffer.alloc(8);
const METADATA_BYTES = 16 * 1024;

/**
 * The beginning of a streamed response: metadata as JSON, eight zero bytes, then the body. Undefined when it begins
 * otherwise, or breaks off before: then API Gateway answers 502.
 */
export async function readPrelude(stream: Readable): Promise<{ head: ProxyHead; body: Readable } | undefined> {
  const body = new PassThrough();
  const head = await new Promise<ProxyHead | undefined>((resolve) => {
    let begun = Buffer.alloc(0);
    const give = (found: ProxyHead | undefined) => {
      stream.off('data', take).off('end', end).off('error', end).off('close', end);
      resolve(found);
    };
    const end = () => give(undefined);
    const take = (chunk: Buffer) => {
      begun = Buffer.concat([begun, chunk]);
      const at = begun.indexOf(DELIMITER);
      if (at < 0) {
        if (begun.length > METADATA_BYTES + DELIMITER.length) end();
        return;
      }
      stream.pause();
      const rest = begun.subarray(at + DELIMITER.length);
      if (rest.length > 0) body.write(rest);
      give(at <= METADATA_BYTES ? proxyHead(parse(begun.subarray(0, at))) : undefined);
    };
    stream.on('data', take).once('end', end).once('error', end).once('close', end);
  });
  if (!head) {
    stream.destroy();
    return undefined;
  }
  body.on('error', () => {});
  stream.on('error', (error) => body.destroy(error));
  stream.on('close', () => !stream.readableEnded && body.destroy(new Error('broken off')));
  body.on('close', () => stream.destroy());
  stream.pipe(body);
  return { head, body };
}
