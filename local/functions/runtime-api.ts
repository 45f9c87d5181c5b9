import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a process reports through the Runtime API. */
export interface RuntimeEvents {
  /** The function is loaded and asks for work. */
  ready(): void;
  responded(id: string, payload: Buffer): void;
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
    const body = await bodyOf(request);
    const [, id, outcome] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
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

  private deliver(): void {
    if (!this.waiting || !this.work) return;
    const { body, headers } = this.work;
    this.waiting.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
    this.waiting = undefined;
    this.work = undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
