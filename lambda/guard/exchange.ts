/** What is known of one request as it goes through the guard, and the records that come of it at the end. */
import type { AuditRecord, Log } from './audit';
import type { Decision } from './authorize';
import type { Answer } from './outputs/outputs';
import type { Redactions } from './outputs/redact';
import type { Principal } from './principal';
import { lookAtLoop } from './readings';
import type { Refusal } from './refusal';
import type { Result } from './result';
import type { CallTrace } from './tracing/call-trace';

/** What the adapter knows of a request besides the request. */
export interface CallContext {
  /** Correlation id: on the wire as error id, in every log. */
  readonly requestId: string;
  readonly traceId?: string;
  /** Milliseconds until the platform ends the call; undefined: it does not. */
  readonly remainingMs?: number;
  /** Aborted when the client is gone. */
  readonly disconnected?: AbortSignal;
  /** As many calls are running as this instance takes: nothing more is read of this one. */
  readonly overloaded?: boolean;
  /** A request that the process makes itself, to see that the guard stands: nobody called, and nothing is recorded. */
  readonly ownCheck?: boolean;
  /** Reads the body, where the request does not carry it. */
  readonly body?: (maxBytes: number) => Promise<Result<string>>;
  /**
   * Told when the answer begins of what waits and works on nothing (`waits` below): from then on it holds a connection
   * and no place of a call. Resolves when the process ends and the answer is to end with it.
   */
  readonly waiting?: () => Promise<'deadline'>;
}

export interface Outcome {
  readonly status: number;
  readonly responseBytes: number;
  readonly answers?: readonly Answer[];
  readonly redactions?: Redactions;
  /** The client went away, or the deadline passed, before all was answered. */
  readonly aborted?: boolean;
}

export class Exchange {
  principal?: Principal;
  decisions: readonly Decision[] = [];
  requestBytes = 0;
  /** The stream of a session, or a subscription: open for as long as its client wants. */
  waits = false;
  /** Called when all is answered. */
  onEnd?: () => void;
  private readonly started: number;

  constructor(
    readonly call: CallContext,
    private readonly server: string,
    private readonly log: Log,
    private readonly clock: () => number,
    private readonly trace?: CallTrace,
  ) {
    this.started = clock();
    lookAtLoop();
  }

  /** Does a step of the guard: what it asks of others lies below it in the trace. */
  within<T>(step: string, work: () => T | Promise<T>): T | Promise<T> {
    return this.trace === undefined ? work() : this.trace.within(step, work);
  }

  /** Does the server's work, whose messages are known by now. */
  serving(work: () => Promise<Response>): Promise<Response> {
    if (this.trace === undefined) return work();
    this.trace.settle(this.decisions, this.principal);
    return this.trace.serving(work);
  }

  refused(refusal: Refusal, outcome: Outcome): void {
    this.onEnd?.();
    this.trace?.settle(this.decisions, this.principal);
    const decided = this.decisions.length > 0 ? this.decisions : [undefined];
    const others = decided.some((decision) => decision?.refusal !== undefined) ? 'batch_refused' : refusal.reason;
    for (const decision of decided) {
      const reason = decision?.refusal?.reason ?? others;
      this.log(this.record(decision, outcome, { decision: 'refuse', reason }));
    }
    this.trace?.end();
  }

  allowed(outcome: Outcome): void {
    this.onEnd?.();
    for (const decision of this.decisions) {
      const answer = outcome.answers?.find(({ id }) => id === decision.message.id);
      const unanswered = decision.message.kind === 'request' && answer === undefined;
      const failed = answer?.failed === true && answer.declined !== true;
      const end = answer?.declined ? 'declined' : unanswered ? 'aborted' : 'ok';
      const result = failed || outcome.status >= 500 ? 'error' : end;
      this.log(this.record(decision, outcome, { decision: 'allow', outcome: result }));
      if (answer?.fault !== undefined) this.fault(answer.fault, decision);
    }
    // A server that refuses the whole request answers to no id of it.
    const answered = this.decisions.some(({ message }) => message.id === null);
    const stray = answered ? undefined : outcome.answers?.find(({ id, fault }) => id === null && fault !== undefined);
    if (stray !== undefined) this.fault(stray.fault);
    this.trace?.end();
  }

  fault(fault: unknown, decision: Decision | undefined = this.decisions[0]): void {
    this.trace?.settle(this.decisions, this.principal);
    this.log({ type: 'error', ...this.common(decision), fault });
  }

  private record(decision: Decision | undefined, outcome: Outcome, verdict: Verdict): AuditRecord {
    const { principal } = this;
    this.trace?.answered(decision, { principal, status: outcome.status, ...verdict });
    const redacted = outcome.redactions !== undefined && Object.keys(outcome.redactions).length > 0;
    return {
      type: 'audit',
      ...this.common(decision),
      principal: principal && { kind: principal.kind, id: principal.id },
      client: principal?.client,
      ...verdict,
      status: outcome.status,
      durationMs: Math.round((this.clock() - this.started) * 1000) / 1000,
      requestBytes: this.requestBytes,
      responseBytes: outcome.responseBytes,
      redactions: redacted ? outcome.redactions : undefined,
    };
  }

  private common(decision: Decision | undefined) {
    return {
      time: new Date(this.clock()).toISOString(),
      server: this.server,
      requestId: this.call.requestId,
      traceId: this.trace?.idOf(decision) ?? this.call.traceId,
      method: shortened(decision?.message.method),
      name: shortened(decision?.target?.name),
    };
  }
}

/** Characters of what a caller wrote: a line that is too long for the log would be lost, and its metrics with it. */
const MAX_NAME = 512;

function shortened(text: string | undefined): string | undefined {
  return text === undefined || text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME)}…`;
}

type Verdict = Pick<AuditRecord, 'decision' | 'reason' | 'outcome'>;
