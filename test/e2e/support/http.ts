/** Requests as anybody may send them, the Host header and the number of headers of one name included. */
import { type IncomingHttpHeaders, request } from 'node:http';

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | object;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** `WWW-Authenticate`, empty where there is none. */
  readonly challenge: string;
  /** That of the server, which a REST API passes on under another name. */
  readonly serverChallenge: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests reach into bodies of every shape
  json(): any;
}

export function send(url: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent: false }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => resolve(answerOf(incoming.statusCode ?? 0, incoming.headers, chunks)));
    });
    outgoing.once('error', reject);
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value);
    outgoing.end(text);
  });
}

/** A POST as MCP clients send it. */
export function post(url: string, body: string | object, options: { token?: string; headers?: Sent['headers'] } = {}) {
  const { token, headers } = options;
  return send(url, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
  });
}

function answerOf(status: number, headers: IncomingHttpHeaders, chunks: readonly Buffer[]): Answer {
  const text = Buffer.concat(chunks).toString('utf8');
  const challenge = headers['www-authenticate'] ?? '';
  const serverChallenge = String(headers['x-amzn-remapped-www-authenticate'] ?? challenge);
  return { status, headers, text, challenge, serverChallenge, json: () => jsonOf(text) };
}

/** JSON, or the data of the one event of a stream that ended. */
function jsonOf(text: string): unknown {
  return JSON.parse(/(?:^|\n)data: ([^\r\n]+)/.exec(text)?.[1] ?? text);
}
