/**
 * The one way through: limits → origin → authenticate → revocation → authorize (`admission.ts`) → server → outputs,
 * with an audit record at every exit. Each step decides in a file of its own; this file and the admission are their
 * order.
 */
import { type Admitted, admission } from './admission';
import { type Log, stdoutLog } from './audit';
import type { GuardConfig } from './config';
import { type CallContext, Exchange, type Outcome } from './exchange';
import { answerHeaders, forwardedHeaders } from './headers';
import { DEFAULT_LIMITS, type Limits } from './limits';
import type { Body, Message } from './message';
import { outgoing, outgoingAnswer } from './outputs';
import { compilePolicy } from './policy';
import { type ChallengeFacts, type Refusal, refusalBody, type WireRefusal, wireRefusal } from './refusal';
import type { Revocation } from './revocation';
import type { VerifySignature } from './signature';
import { guardStream } from './stream';
import { Work } from './work';

/** The MCP server behind the guard. */
export type McpFetch = (request: Request, given: Admitted) => Promise<Response>;

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

export function createGuard(config: GuardConfig, dependencies: GuardDependencies = {}): Guard {
  const { verifySignature, revocation, log = stdoutLog, clock = Date.now } = dependencies;
  const limits: Limits = { ...DEFAULT_LIMITS, ...dependencies.limits };
  const policy = compilePolicy(config.policy);
  const admit = admission(config, policy, { verifySignature, revocation, clock, limits });
  const challenge: ChallengeFacts = { resourceMetadata: config.resourceMetadata };

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

  async function serve(request: Request, server: McpFetch, admitted: Admitted, exchange: Exchange) {
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
