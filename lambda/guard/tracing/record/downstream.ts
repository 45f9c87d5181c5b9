/**
 * What a call asks of others over HTTP, seen through the diagnostics channels of `fetch` and `node:http`
 * (https://nodejs.org/api/diagnostics_channel.html): a span for each request, and for those of the server's own code the
 * headers that let its trace go on there. Host, method and status alone are kept: a path can be as secret as a query.
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Scope } from '../scope';
import { type NewId, type Span, SpanKind } from '../span';
import { traceparentOf, xrayHeaderOf } from '../trace-context';

/** What undici publishes. */
interface FetchRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly headers: string | readonly string[];
  addHeader(name: string, value: string): void;
}

/**
 * `x-amz-target: DynamoDB_20120810.GetItem`, however a request holds its headers: names of a service and an operation as
 * AWS writes them, and nothing else that somebody may put there.
 */
const TARGET = /[Xx]-[Aa]mz-[Tt]arget[\s:,]+([A-Za-z]{1,64})(?:_\d{8})?\.([A-Z][A-Za-z]{1,63})(?=[\s,]|$)/;

let listening = false;

/** Listens once in a process. */
export function watchDownstream(active: AsyncLocalStorage<Scope | undefined>, newId: NewId): void {
  if (listening) return;
  listening = true;
  const { subscribe } = process.getBuiltinModule('node:diagnostics_channel');
  const open = new WeakMap<object, Span>();

  const begin = (request: object, host: string, method: string, target: string) => {
    const scope = active.getStore();
    if (scope?.trace.recording !== true) return;
    const [, service, operation] = TARGET.exec(target) ?? [];
    const parent = scope.own();
    const span: Span = {
      position: parent.position,
      spanId: spanIds.get(request) ?? newId(8),
      parentId: parent.spanId,
      name: service === undefined ? method : `${service}.${operation}`,
      kind: SpanKind.client,
      start: scope.trace.now(),
      attributes: {
        'http.request.method': method,
        'server.address': host,
        ...(service !== undefined && { 'rpc.system': 'aws-api', 'rpc.service': service, 'rpc.method': operation }),
      },
    };
    clocks.set(span, () => scope.trace.now());
    open.set(request, span);
    scope.trace.add(span);
  };
  const spanIds = new WeakMap<object, string>();
  const clocks = new WeakMap<Span, () => number>();

  const tell = (request: object, set: (name: string, value: string) => void) => {
    const scope = active.getStore();
    if (scope?.told !== true) return;
    const { recording, root } = scope.trace;
    const { traceId, state } = root.position;
    const id = recording ? newId(8) : root.spanId;
    spanIds.set(request, id);
    set('traceparent', traceparentOf(traceId, id, recording));
    if (state !== undefined) set('tracestate', state);
    set('x-amzn-trace-id', xrayHeaderOf(traceId, id, recording));
  };

  const end = (request: object, status: number | undefined, fault?: unknown) => {
    const span = open.get(request);
    if (span === undefined) return;
    span.end = clocks.get(span)?.();
    if (status !== undefined) span.attributes['http.response.status_code'] = status;
    const error = status === undefined ? codeOf(fault) : status >= 400 ? String(status) : undefined;
    if (error === undefined) return;
    span.attributes['error.type'] = error;
    span.failed = true;
  };

  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: FetchRequest };
    const headers = typeof request.headers === 'string' ? request.headers : request.headers.join(',');
    tell(request, (name, value) => {
      if (!headers.toLowerCase().includes(name)) request.addHeader(name, value);
    });
    begin(request, hostOf(request.origin), request.method, headers);
  });
  subscribe('undici:request:headers', (message) => {
    const { request, response } = message as { request: object; response: { statusCode: number } };
    end(request, response.statusCode);
  });
  subscribe('undici:request:error', (message) => {
    const { request, error } = message as { request: object; error: unknown };
    end(request, undefined, error);
  });
  // Older than Node.js 22.12, requests of node:http cannot be told of the trace: their headers are written before the
  // first of these channels speaks.
  subscribe('http.client.request.created', (message) => {
    const { request } = message as { request: ClientRequest };
    tell(request, (name, value) => {
      if (!request.headersSent && !request.hasHeader(name)) request.setHeader(name, value);
    });
  });
  subscribe('http.client.request.start', (message) => {
    const { request } = message as { request: ClientRequest };
    const target = request.getHeader('x-amz-target');
    begin(request, request.host, request.method, target === undefined ? '' : `x-amz-target:${target}`);
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = message as { request: object; response: IncomingMessage };
    end(request, response.statusCode);
  });
  subscribe('http.client.request.error', (message) => {
    const { request, error } = message as { request: object; error: unknown };
    end(request, undefined, error);
  });
}

function hostOf(origin: string | URL): string {
  const text = String(origin);
  return URL.canParse(text) ? new URL(text).hostname : '';
}

/** The code of an error, which is a constant; never its message. */
function codeOf(fault: unknown): string {
  const { code, name } = (fault ?? {}) as { code?: unknown; name?: unknown };
  const text = String(code ?? name);
  return /^\w{1,64}$/.test(text) ? text : '_OTHER';
}
