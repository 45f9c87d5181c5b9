/**
 * A node:http request listener as a function of a Request, without a socket: what Express and its like cost by
 * themselves, so that they are not charged for a connection that the others do not make.
 */
import { IncomingMessage, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';

export function nodeFetch(listener) {
  return async (request) => {
    const text = await request.text();
    const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
    const incoming = new IncomingMessage(socket);
    incoming.method = request.method;
    incoming.url = new URL(request.url).pathname;
    incoming.httpVersion = '1.1';
    for (const [name, value] of request.headers) {
      incoming.headers[name] = value;
      incoming.rawHeaders.push(name, value);
    }
    incoming.headers.host = 'mcp.example.com';
    incoming.headers['content-length'] = String(Buffer.byteLength(text));
    incoming.push(text);
    incoming.push(null);
    incoming.complete = true;
    return new Promise((resolve, reject) => {
      const outgoing = new ServerResponse(incoming);
      const chunks = [];
      outgoing.write = (chunk, encoding, done) => {
        if (chunk) chunks.push(Buffer.from(chunk));
        const called = typeof encoding === 'function' ? encoding : done;
        called?.();
        return true;
      };
      outgoing.end = (chunk) => {
        if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
        outgoing.finished = true;
        resolve(new Response(Buffer.concat(chunks), { status: outgoing.statusCode }));
        outgoing.emit('finish');
        outgoing.emit('close');
        return outgoing;
      };
      Promise.resolve(listener(incoming, outgoing)).catch(reject);
    });
  };
}
