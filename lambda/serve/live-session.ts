/** One session on one instance: a server of its own, brought to where the client believes it is. */
import type { AuthInfo, JSONRPCMessage, McpServer } from '@modelcontextprotocol/server';
import type { Body } from '../guard/message';
import type { Principal } from '../guard/principal';
import type { SessionState } from '../guard/sessions/session-state';
import type { Session } from '../guard/sessions/sessions';
import { SessionTransport } from './session-transport';

export interface SessionCall {
  readonly session: Session;
  readonly body: Body;
  readonly principal: Principal;
  readonly authInfo: AuthInfo;
}

const REPLAYED = 'cdk-mcp/replayed';

export class LiveSession {
  /** Requests that have no answer yet, and the stream: who holds a request keeps its signal alive. */
  private readonly open = new Map<unknown, Request>();
  private readonly transport: SessionTransport;
  private state: SessionState;
  private version = 0;
  private replays = 0;

  constructor(
    private readonly server: McpServer,
    session: Session,
    streams: boolean,
  ) {
    this.state = { initialize: session.before.initialize, subscriptions: [] };
    this.transport = new SessionTransport({ id: session.id, streams, open: this.open });
  }

  get idle(): boolean {
    return this.open.size === 0;
  }

  /** Connects the server; one that goes on with a session is told first what the client said when it began. */
  async start({ session, authInfo }: SessionCall, request: Request): Promise<void> {
    await this.server.connect(this.transport);
    this.transport.separate();
    if (session.begun) return;
    const told = await this.replay('initialize', this.state.initialize, authInfo, request);
    await told.text();
    this.transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/initialized' }, { authInfo, request });
  }

  async serve(request: Request, { session, body, authInfo }: SessionCall): Promise<Response> {
    await this.catchUp(session, authInfo, request);
    if (request.method === 'GET') return this.stream(request);
    const ids = body.messages.filter(({ kind }) => kind === 'request').map(({ id }) => id);
    // An answer is judged by the request of its id: two with one id could not be told apart, nor what each may show.
    if (ids.some((id) => this.open.has(id) || isReplayed(id))) return idInUse();
    for (const id of ids) this.open.set(id, request);
    if (ids.length > 0) request.signal.addEventListener('abort', () => this.cancel(ids), { once: true });
    const response = await this.transport.handleRequest(request, { parsedBody: body.parsed, authInfo });
    if (response.status !== 200) for (const id of ids) this.open.delete(id);
    if (request.signal.aborted) this.cancel(ids);
    this.cancel(cancelledBy(body));
    return response;
  }

  async close(): Promise<void> {
    await this.server.close();
  }

  private async stream(request: Request): Promise<Response> {
    const response = await this.transport.handleRequest(request);
    if (response.status !== 200) return response;
    this.open.set(this, request);
    const close = () => {
      this.open.delete(this);
      this.transport.streamClosed();
    };
    if (request.signal.aborted) close();
    else {
      request.signal.addEventListener('abort', close, { once: true });
      await this.transport.streamOpened();
    }
    return response;
  }

  /** Nobody waits for these any more: ends the work, and takes them off the transport's books. */
  private cancel(ids: readonly unknown[]): void {
    for (const id of ids) {
      if (!this.open.delete(id)) continue;
      const requestId = id as string | number;
      const reason = 'the client is gone, took it back, or the time is up';
      this.transport.onmessage?.({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason } });
      const answer: JSONRPCMessage = { jsonrpc: '2.0', id: requestId, error: { code: -32600, message: reason } };
      this.transport.send(answer).catch(() => {});
    }
  }

  /** Does on this instance what the client did through others. */
  private async catchUp({ before: to, after, version }: Session, authInfo: AuthInfo, request: Request): Promise<void> {
    // Requests that were read earlier may come later.
    if (version < this.version) return;
    const { logLevel, subscriptions } = this.state;
    this.state = after;
    this.version = version;
    const told: [string, object][] = [];
    if (to.logLevel !== undefined && to.logLevel !== logLevel) told.push(['logging/setLevel', { level: to.logLevel }]);
    for (const uri of to.subscriptions) if (!subscriptions.includes(uri)) told.push(['resources/subscribe', { uri }]);
    for (const uri of subscriptions) {
      if (!to.subscriptions.includes(uri)) told.push(['resources/unsubscribe', { uri }]);
    }
    for (const [method, params] of told) {
      const response = await this.replay(method, params, authInfo, request);
      response.text().catch(() => {});
    }
  }

  private replay(method: string, params: object, authInfo: AuthInfo, { url, headers }: Request): Promise<Response> {
    const forwarded = new Headers(headers);
    forwarded.set('accept', 'application/json, text/event-stream');
    forwarded.set('content-type', 'application/json');
    // What the client says of its own request is not said of these.
    forwarded.delete('mcp-protocol-version');
    const parsedBody = { jsonrpc: '2.0', id: `${REPLAYED}/${++this.replays}`, method, params };
    return this.transport.handleRequest(new Request(url, { method: 'POST', headers: forwarded }), {
      parsedBody,
      authInfo,
    });
  }
}

function isReplayed(id: unknown): boolean {
  return typeof id === 'string' && id.startsWith(REPLAYED);
}

function idInUse(): Response {
  const error = { code: -32600, message: 'The id is in use' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 400 });
}

/** Requests that the client takes back: the SDK ends their work, and answers them with nothing. */
function cancelledBy({ messages }: Body): unknown[] {
  return messages.flatMap(({ kind, method, params }) =>
    kind === 'notification' && method === 'notifications/cancelled' ? [params.requestId] : [],
  );
}
