/** The answer of the server behind the guard, as the guard takes answers: a status that means something, JSON or events. */
import type { IncomingMessage } from 'node:http';
import { AnswerLost, NotServed } from '../guard/server-fault';

/** Statuses of a server that says something of the request; any other says something of the server. */
const PASSED: ReadonlySet<number> = new Set([200, 202, 204, 400, 404, 405, 406, 409, 413, 415, 429]);
const EMPTY: ReadonlySet<number> = new Set([202, 204]);

/** Headers of an answer that the guard looks at. */
const HEADERS = ['content-type', 'cache-control', 'mcp-protocol-version', 'allow', 'retry-after'];

/** @throws NotServed, AnswerLost; or an error that is for the log alone. */
export async function answerFrom(incoming: IncomingMessage, maxBytes: number): Promise<Response> {
  const { statusCode: status = 0, headers: given } = incoming;
  const encoding = given['content-encoding'] ?? 'identity';
  if (!PASSED.has(status) || encoding !== 'identity') {
    incoming.destroy();
    if (status === 503) throw new NotServed({ reason: 'server_unavailable' }, { cause: 'the server answered 503' });
    throw new Error(
      `the server answered ${status}, encoded as ${encoding}: it must not ask for anything the caller has`,
    );
  }
  const headers: [string, string][] = HEADERS.flatMap((name) => {
    const value = given[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  if (EMPTY.has(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  const type = given['content-type'] ?? '';
  if (type.startsWith('text/event-stream')) return new Response(eventsOf(incoming), { status, headers });
  const text = await textOf(incoming, maxBytes);
  if (status === 200 || type.startsWith('application/json')) return new Response(text, { status, headers });
  // Frameworks refuse in words of their own: the status is what counts, the words are for the log.
  const error = { code: -32603, message: `${status}: ${text.slice(0, 1_000)}` };
  const json: [string, string][] = [
    ...headers.filter(([name]) => name !== 'content-type'),
    ['content-type', 'application/json'],
  ];
  return new Response(JSON.stringify({ jsonrpc: '2.0', id: null, error }), { status, headers: json });
}

async function textOf(incoming: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new AnswerLost('result_too_large');
      chunks.push(chunk);
    }
  } catch (cause) {
    throw AnswerLost.reasonOf(cause) !== undefined ? cause : new AnswerLost('answer_lost', { cause });
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** As they are asked for: a client that reads slowly slows the server, and fills no memory here. */
function eventsOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        incoming.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}
