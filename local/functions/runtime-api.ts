import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import type { ResponseStream } from './invocation';

/** What a process reports through the Runtime API. */
export interface RuntimeEvents {
  /** The function is loaded and asks for work. */
  ready(): void;
  responded(id: string, payload: Buffer): void;
  /** The handler streams. True: whoever wants the stream reads it; false: it is collected and then `responded`. */
  streaming(id: string, stream: ResponseStream): boolean;
  /** A stream that was read by another is over; the error of a handler that failed meanwhile comes with it. */
  streamed(id: string, error: Buffer | undefined): void;
  failed(id: string, body: Buffer): void;
  initFailed(body: Buffer): void;
}

/** An invocation as the runtime client receives it. */
export interface Work {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lambda's Runtime API, version 2018-06-01, for one process. */
export class RuntimeApi {
  private waiting?: ServerResponse;
  private work?: Work;

  private constructor(
    private readonly server: Server,
    readonly address: string,
  ) {}

  static async start(events: RuntimeEvents): Promise<RuntimeApi> {
    const server = createServer((request, response) => {
      api.serve(request, response, events).catch(() => response.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = new RuntimeApi(server, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    return api;
  }

  /** Hands one invocation to the process, now or when it asks next. */
  hand(work: Work): void {
    this.work = work;
    this.deliver();
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, response: ServerResponse, events: RuntimeEvents): Promise<void> {
    const path = request.url?.replace('/2018-06-01/runtime/', '') ?? '';
    if (request.method === 'GET' && path === 'invocation/next') {
      this.waiting = response;
      events.ready();
      this.deliver();
      return;
    }
    const [, id, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (id && outcome === 'response' && request.headers['lambda-runtime-function-response-mode'] === 'streaming') {
      await this.stream(decodeURIComponent(id), request, response, events);
      return;
    }
    const body = await bodyOf(request);
    if (request.method !== 'POST' || (path !== 'init/error' && !id)) {
      response.writeHead(404).end();
      return;
    }
    // Answered before the result is passed on, so that the process is asking again when the next call comes.
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (!id) events.initFailed(body);
    else if (outcome === 'response') events.responded(decodeURIComponent(id), body);
    else events.failed(decodeURIComponent(id), body);
  }

  /** The error of a handler that failed after it began comes in trailers. */
  private async stream(id: string, request: IncomingMessage, response: ServerResponse, events: RuntimeEvents) {
    const contentType = request.headers['content-type'] ?? 'application/octet-stream';
    const body = new PassThrough();
    body.on('error', () => {});
    const collected = events.streaming(id, { contentType, body }) ? undefined : bodyOf(body);
    collected?.catch(() => {});
    try {
      // A reader that goes away does not stop the function: it is read to its end.
      for await (const chunk of request as AsyncIterable<Buffer>) {
        if (!body.destroyed && !body.write(chunk)) await drained(body);
      }
    } catch (error) {
      body.destroy(error as Error);
      throw error;
    }
    const encoded = request.trailers['lambda-runtime-function-error-body'];
    const error = encoded === undefined ? undefined : Buffer.from(encoded, 'base64');
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
    if (error) body.destroy(new Error('the function failed'));
    else body.end();
    if (collected === undefined) events.streamed(id, error);
    else if (error) events.failed(id, error);
    else events.responded(id, await collected);
  }

  private deliver(): void {
    if (!this.waiting || !this.work) return;
    const { body, headers } = this.work;
    this.waiting.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
    this.waiting = undefined;
    this.work = undefined;
  }
}

async function bodyOf(source: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of source as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Waits until there is room again, or nobody who would make any. */
function drained(body: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      body.off('drain', done).off('close', done);
      resolve();
    };
    body.once('drain', done).once('close', done);
  });
}
