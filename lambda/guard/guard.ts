/**
 * The one way through: limits → origin → authenticate → revocation → authorize → server → outputs, with an
 * audit record at every exit. Each step decides in a file of its own; this file is their order.
 *
 * A body is read only after its sender is known: nobody gets JSON parsed here without a token.
 */
import { headersAgree } from './agreement';
import { type Log, stdoutLog } from './audit';
import { alive, bearerToken, decidePrincipal, type TokenFacts } from './authenticate';
import { authorize, overallRefusal } from './authorize';
import type { GuardConfig } from './config';
import { type CallContext, Exchange, type Outcome } from './exchange';
import { admitBody, admitHead, DEFAULT_LIMITS, type Limits } from './limits';
import type { Body, Message } from './message';
import { admitOrigin, type OriginFacts } from './origin';
import { outgoing, outgoingAnswer } from './outputs';
import { compilePolicy } from './policy';
import type { Principal } from './principal';
import { type ChallengeFacts, type Refusal, refusalBody, type WireRefusal, wireRefusal } from './refusal';
import { ok, type Result, refuse } from './result';
import { noGrants, type Revocation } from './revocation';
import { signatureVerifier, type VerifySignature } from './signature';
import { guardStream } from './stream';
import { TokenCache } from './token-cache';

/** The MCP server behind the guard. */
export type McpFetch = (
  request: Request,
  given: { readonly body: Body; readonly principal: Principal },
) => Promise<Response>;

export interface Guard {
  fetch(request: Request, server: McpFetch, call: CallContext): Promise<Response>;
}

export interface GuardDependencies {
  readonly verifySignature?: VerifySignature;
  readonly revocation?: Revocation;
  readonly log?: Log;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly limits?: Partial<Limits>;
}

/** Headers of a server's answer that go on; the rest (Server, X-Powered-By, …) says more than it needs to. */
const ANSWER_HEADERS = [
  'content-type',
  'cache-control',
  'mcp-session-id',
  'mcp-protocol-version',
  'allow',
  'retry-after',
];

/** Time kept back from the platform's own deadline to answer in words. */
const DEADLINE_MARGIN_MS = 500;

export function createGuard(config: GuardConfig, dependencies: GuardDependencies = {}): Guard {
  const { verifySignature = signatureVerifier({ issuer: config.tokenIssuer, jwksUri: config.jwksUri }) } = dependencies;
  const { revocation = noGrants, log = stdoutLog, clock = Date.now } = dependencies;
  const limits: Limits = { ...DEFAULT_LIMITS, ...dependencies.limits };
  const policy = compilePolicy(config.policy);
  const origin = originFacts(config);
  const tokens = tokenFacts(config);
  const challenge: ChallengeFacts = { resourceMetadata: config.resourceMetadata };
  const cache = new TokenCache();

  async function authenticate(request: Request): Promise<Result<Principal>> {
    const token = bearerToken(request.headers, request.url);
    if (!token.ok) return token;
    const now = clock() / 1000;
    const key = TokenCache.keyOf(token.value);
    const known = cache.get(key);
    if (known !== undefined) {
      if (alive(known.claims, now)) return ok(known);
      cache.delete(key);
      return refuse({ reason: 'token_expired' });
    }
    const claims = await verifySignature(token.value);
    if (!claims.ok) return claims;
    const principal = decidePrincipal(claims.value, tokens, now);
    if (principal.ok) cache.set(key, principal.value);
    return principal;
  }

  async function admit(request: Request, exchange: Exchange): Promise<Result<{ body: Body; principal: Principal }>> {
    const head = admitHead(request.method, request.headers, limits);
    if (!head.ok) return head;
    const from = admitOrigin(request.headers, origin);
    if (!from.ok) return from;
    const authenticated = await authenticate(request);
    if (!authenticated.ok) return authenticated;
    const principal = authenticated.value;
    exchange.principal = principal;
    const living = await revocation(principal, clock());
    if (!living.ok) return living;
    const text = await request.text();
    exchange.requestBytes = Buffer.byteLength(text);
    const body = admitBody(text, limits);
    if (!body.ok) return body;
    exchange.decisions = body.value.messages.map((message) =>
      authorize(message, principal, policy, config.scopePrefix),
    );
    const agreed = headersAgree(request.headers, body.value);
    if (!agreed.ok) {
      exchange.decisions = exchange.decisions.map((decision) => ({ ...decision, refusal: agreed.refusal }));
      return agreed;
    }
    const refusal = overallRefusal(exchange.decisions);
    return refusal === undefined ? ok({ body: body.value, principal }) : refuse(refusal);
  }

  function refused(refusal: Refusal, exchange: Exchange): Response {
    const wire = wireRefusal(refusal, challenge);
    const text = refusedBody(wire, exchange);
    exchange.refused(refusal, { status: wire.status, responseBytes: Buffer.byteLength(text) });
    return new Response(text, {
      status: wire.status,
      headers: { 'Content-Type': 'application/json', ...wire.headers },
    });
  }

  function failed(reason: 'server_failed' | 'deadline', fault: unknown, exchange: Exchange): Response {
    const wire = wireRefusal({ reason }, challenge);
    const text = refusedBody(wire, exchange);
    exchange.allowed({ status: wire.status, responseBytes: Buffer.byteLength(text), aborted: true });
    exchange.fault(fault);
    return new Response(text, { status: wire.status, headers: { 'Content-Type': 'application/json' } });
  }

  async function serve(
    request: Request,
    server: McpFetch,
    admitted: { body: Body; principal: Principal },
    exchange: Exchange,
  ) {
    const work = new Work(exchange.call);
    const facts = {
      policy,
      principal: admitted.principal,
      requests: requestsOf(admitted.body),
      errorId: exchange.call.requestId,
      maxBytes: limits.responseBytes,
    };
    let response: Response | 'deadline';
    try {
      const forwarded = new Request(config.resource, {
        method: 'POST',
        headers: forwardedHeaders(request.headers),
        signal: work.signal,
      });
      response = await Promise.race([server(forwarded, admitted), work.deadline]);
    } catch (fault) {
      work.done();
      return failed('server_failed', fault, exchange);
    }
    if (response === 'deadline') {
      work.abort();
      return failed('deadline', 'deadline', exchange);
    }
    const { status } = response;
    const headers = answerHeaders(response.headers);
    const finished = (outcome: Outcome) => {
      work.done();
      exchange.allowed(outcome);
    };
    if (response.body === null) {
      finished({ status, responseBytes: 0 });
      return new Response(null, { status, headers });
    }
    const type = response.headers.get('content-type') ?? '';
    if (type.startsWith('text/event-stream')) {
      const stream = guardStream(response.body, {
        facts,
        deadline: work.deadline,
        cancel: () => work.abort(),
        onEnd: (end) => finished({ status, ...end }),
      });
      return new Response(stream, { status, headers });
    }
    const text = await Promise.race([response.text(), work.deadline]);
    if (text === 'deadline') {
      work.abort();
      return failed('deadline', text, exchange);
    }
    if (status >= 500 || !type.startsWith('application/json')) {
      work.done();
      return failed('server_failed', text, exchange);
    }
    const [only] = facts.requests.values();
    const single = status === 200 && !admitted.body.batch && only !== undefined;
    const out = single ? outgoingAnswer(text, only, facts) : outgoing(text, facts);
    finished({ status, responseBytes: Buffer.byteLength(out.text), answers: out.answers, redactions: out.redactions });
    return new Response(out.text, { status, headers });
  }

  return {
    async fetch(request, server, call) {
      const exchange = new Exchange(call, config.server, log, clock);
      let admitted: Awaited<ReturnType<typeof admit>>;
      try {
        admitted = await admit(request, exchange);
      } catch (fault) {
        exchange.fault(fault);
        return refused({ reason: 'server_failed' }, exchange);
      }
      return admitted.ok ? serve(request, server, admitted.value, exchange) : refused(admitted.refusal, exchange);
    },
  };
}

/** The work behind one request: cancelled when the client goes or the time is up, never after it is done. */
class Work {
  readonly deadline: Promise<'deadline'>;
  private readonly controller = new AbortController();
  private readonly timer?: NodeJS.Timeout;
  private readonly onDisconnect = () => this.abort();

  constructor(private readonly call: CallContext) {
    call.disconnected?.addEventListener('abort', this.onDisconnect, { once: true });
    const { promise, resolve } = withResolver<'deadline'>();
    this.deadline = promise;
    if (call.remainingMs !== undefined) {
      this.timer = setTimeout(() => resolve('deadline'), Math.max(0, call.remainingMs - DEADLINE_MARGIN_MS));
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  abort(): void {
    this.done();
    this.controller.abort();
  }

  done(): void {
    clearTimeout(this.timer);
    this.call.disconnected?.removeEventListener('abort', this.onDisconnect);
  }
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What the server sees of the request: no credential, and no address but the configured one. */
function forwardedHeaders(headers: Headers): Headers {
  const forwarded = new Headers(headers);
  for (const name of WITHHELD) forwarded.delete(name);
  return forwarded;
}

const WITHHELD = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'content-length',
  'host',
  'forwarded',
  'x-forwarded-host',
];

function answerHeaders(headers: Headers): Headers {
  const kept = new Headers();
  for (const name of ANSWER_HEADERS) {
    const value = headers.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept;
}

function requestsOf(body: Body): ReadonlyMap<unknown, Message> {
  return new Map(body.messages.filter(({ kind }) => kind === 'request').map((message) => [message.id, message]));
}

/** One error for one request; an error for each request of a batch. */
function refusedBody(wire: WireRefusal, exchange: Exchange): string {
  const errorId = exchange.call.requestId;
  const ids = exchange.decisions.flatMap(({ message }) => (message.kind === 'request' ? [message.id] : []));
  if (wire.status !== 200 || ids.length < 2)
    return refusalBody(wire, ids.length === 1 ? (ids[0] ?? null) : null, errorId);
  return `[${ids.map((id) => refusalBody(wire, id, errorId)).join(',')}]`;
}

function originFacts(config: GuardConfig): OriginFacts {
  const resource = new URL(config.resource);
  return { host: resource.host, origins: new Set([resource.origin, ...config.allowedOrigins]) };
}

function tokenFacts(config: GuardConfig): TokenFacts {
  return {
    issuer: config.tokenIssuer,
    resource: config.resource,
    scopePrefix: config.scopePrefix,
    scopes: new Set(config.policy.scopes),
    userClients: new Set(config.userClients),
    machineClients: new Set(config.machineClients),
  };
}
