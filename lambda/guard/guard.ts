/**
 * The one way through: limits → origin → authenticate → revocation → authorize (`admission.ts`) → server → outputs,
 * with an audit record at every exit. Each step decides in a file of its own; this file and the admission are their
 * order.
 */
import { type Admitted, admission } from './admission';
import { type Log, stdoutLog } from './audit';
import type { GuardConfig } from './config';
import { timesOf } from './deadlines';
import type { Table } from './dynamodb';
import { type CallContext, Exchange, type Outcome } from './exchange';
import { answerHeaders, forwardedRequest } from './headers';
import { concurrencyOf, limitsOf } from './limit-rules';
import type { Limits } from './limits';
import { type Body, isListen, type Message } from './message';
import { moderated } from './outputs/moderated';
import { outputPolicyOf } from './outputs/output-policy';
import { outgoing, outgoingAnswer } from './outputs/outputs';
import { guardStream } from './outputs/stream';
import { wholeResponse } from './outputs/whole-response';
import { readableByPages } from './pages';
import { Places } from './places';
import { compilePolicy } from './policy';
import { type ChallengeFacts, type Refusal, refusalBody, type WireRefusal, wireRefusal } from './refusal';
import { AnswerLost, NotServed } from './server-fault';
import { OpenCalls } from './sessions/open-calls';
import { createRequestStates } from './sessions/request-states';
import { sealKey } from './sessions/seal-key';
import { stateTableOf } from './state-table';
import type { Revocation } from './tokens/revocation';
import type { VerifySignature } from './tokens/signature';
import { guardedTools } from './tools/tool-records';
import type { ListTools } from './tools/tools';
import { createTracing } from './tracing/tracing';
import { Work } from './work';

/** Calls at the same time that a principal may always make, however few an instance takes. */
const FEWEST_PLACES = 8;
/**
 * Streams of sessions and subscriptions that a principal may hold at an instance, and all together: each keeps a
 * connection, of which there are 2,000 in a container, and the SDK opens no more than 1,024 subscriptions.
 */
const MOST_STREAMS = 64;
const ALL_STREAMS = 1_000;
/** How long a subscription stays open, once acknowledged, where nobody would hear of it before its end. */
const BRIEF_LISTEN_MS = 250;

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
  /** The guard's own table. */
  readonly table?: Table;
  /** Whether the transport streams. */
  readonly streams?: boolean;
  /** How the server is asked for its tools; without it their schemas are not known here, and not checked. */
  readonly listTools?: ListTools;
  /** The server is not made with `serve()`: its errors say nothing of whose they are. */
  readonly foreign?: boolean;
}

export function createGuard(config: GuardConfig, dependencies: GuardDependencies = {}): Guard {
  const { verifySignature, revocation, log = stdoutLog, clock = Date.now } = dependencies;
  const limits: Limits = { ...limitsOf(config.policy), ...dependencies.limits };
  const timeFor = timesOf(config.policy.limits?.toolMs);
  const policy = compilePolicy(config.policy);
  const table = dependencies.table ?? stateTableOf(config, process.env);
  const states = createRequestStates(config.resource, sealKey(table, warnOfKey), clock);
  const tools = guardedTools(config, dependencies.listTools, log, clock);
  const admit = admission(config, policy, {
    verifySignature,
    revocation,
    clock,
    limits,
    sessions: { table, streams: dependencies.streams === true },
    states,
    tools,
  });
  const outputs = outputPolicyOf(config);
  const places = new Places(Math.max(FEWEST_PLACES, Math.ceil(concurrencyOf(config.policy) / 2)));
  const streams = new Places(MOST_STREAMS, ALL_STREAMS);
  const calls = new OpenCalls();
  const challenge: ChallengeFacts = { resourceMetadata: config.resourceMetadata };

  const tracing = config.tracing && createTracing(config.tracing, process.env, { ...config, say });

  function warnOfKey(): void {
    say('no state table: what clients carry between requests is sealed with a key of this process alone');
  }

  function say(fault: string): void {
    log({ type: 'error', time: new Date(clock()).toISOString(), server: config.server, requestId: 'start', fault });
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

  function failed(
    reason: 'server_failed' | 'deadline' | 'answer_lost' | 'result_too_large',
    fault: unknown,
    exchange: Exchange,
  ) {
    const wire = wireRefusal({ reason }, challenge);
    const text = refusedBody(wire, exchange);
    exchange.allowed({ status: wire.status, responseBytes: Buffer.byteLength(text), aborted: true });
    exchange.fault(fault);
    return new Response(text, {
      status: wire.status,
      headers: { 'Content-Type': 'application/json', ...wire.headers },
    });
  }

  /** Before there was an answer. A client that took its request back gets none. */
  function over(work: Work, exchange: Exchange): Response {
    work.abort();
    if (!work.takenBack) return failed('deadline', 'deadline', exchange);
    exchange.allowed({ status: 202, responseBytes: 0 });
    return new Response(null, { status: 202 });
  }

  /** Whatever fails from here on is the server's failure: its place is given back, and it is written down. */
  async function serve(request: Request, server: McpFetch, admitted: Admitted, exchange: Exchange): Promise<Response> {
    const work = new Work(exchange.call, timeFor(admitted.body));
    const { session, body } = admitted;
    if (session !== undefined) {
      calls.takeBack(session.key, body);
      calls.enter(session.key, body, work);
    }
    try {
      return await answer(request, server, admitted, exchange, work);
    } catch (fault) {
      work.done();
      const refusal = NotServed.refusalOf(fault);
      if (refusal !== undefined) return withdrawn(refusal, fault, exchange);
      return failed(AnswerLost.reasonOf(fault) ?? 'server_failed', fault, exchange);
    }
  }

  /** What was allowed is refused after all. */
  function withdrawn(refusal: Refusal, fault: unknown, exchange: Exchange): Response {
    if (fault !== undefined) exchange.fault(fault);
    exchange.decisions = exchange.decisions.map((decision) => ({ ...decision, refusal }));
    return refused(refusal, exchange);
  }

  async function answer(request: Request, server: McpFetch, admitted: Admitted, exchange: Exchange, work: Work) {
    const facts = {
      policy,
      principal: admitted.principal,
      requests: requestsOf(admitted.body),
      errorId: exchange.call.requestId,
      maxBytes: limits.responseBytes,
      states,
      tools,
      foreign: dependencies.foreign,
      outputs,
    };
    const forwarded = forwardedRequest(config.resource, request, work.signal);
    const response = await Promise.race([exchange.serving(() => server(forwarded, admitted)), work.deadline]);
    if (response === 'deadline') return over(work, exchange);
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
      const closing = exchange.waits ? exchange.call.waiting?.() : undefined;
      const stream = guardStream(response.body, {
        facts,
        deadline: closing === undefined ? work.deadline : Promise.race([work.deadline, closing]),
        briefMs: exchange.waits && !dependencies.streams ? BRIEF_LISTEN_MS : undefined,
        cancel: () => work.abort(),
        takenBack: () => work.takenBack,
        onEnd: (end) => finished({ status, ...end }),
      });
      return new Response(stream, { status, headers });
    }
    const text = await Promise.race([response.text(), work.deadline]);
    if (text === 'deadline') return over(work, exchange);
    if (status >= 500 || !type.startsWith('application/json')) {
      work.done();
      return failed('server_failed', text, exchange);
    }
    const ready = states.ready(text);
    if (ready !== undefined) await ready;
    const [only] = facts.requests.values();
    const single = status === 200 && !admitted.body.batch && only !== undefined;
    const out = single ? outgoingAnswer(text, only, facts) : outgoing(text, facts);
    const judged = await exchange.within('moderation', () => moderated(out, outputs, work.deadline));
    if ('refused' in judged) {
      work.done();
      return withdrawn({ reason: judged.refused }, judged.fault, exchange);
    }
    finished({
      status,
      responseBytes: Buffer.byteLength(judged.text),
      answers: out.answers,
      redactions: out.redactions,
    });
    return wholeResponse(judged.text, { status, headers });
  }

  return readableByPages(config, {
    async fetch(request, server, call) {
      const exchange = call.ownCheck
        ? new Exchange(call, config.server, () => {}, clock)
        : new Exchange(call, config.server, log, clock, tracing?.begin(request));
      let admitted: Awaited<ReturnType<typeof admit>>;
      try {
        admitted = await admit(request, exchange);
      } catch (fault) {
        exchange.fault(fault);
        return refused(NotServed.refusalOf(fault) ?? { reason: 'server_failed' }, exchange);
      }
      if (!admitted.ok) return refused(admitted.refusal, exchange);
      // What waits works on nothing: it takes no place from a call, only a connection.
      exchange.waits = request.method === 'GET' || isListen(admitted.value.body);
      const room = exchange.waits ? streams : request.method === 'POST' ? places : undefined;
      if (room !== undefined) {
        exchange.onEnd = room.take(admitted.value.principal);
        // 503 is for an instance that is full: what one principal brings about is its own doing, and no fault of ours.
        if (exchange.onEnd === undefined) {
          return refused(
            room.full ? { reason: 'too_busy' } : { reason: 'rate_limited', retryAfterSeconds: 5 },
            exchange,
          );
        }
      }
      return serve(request, server, admitted.value, exchange);
    },
  });
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
