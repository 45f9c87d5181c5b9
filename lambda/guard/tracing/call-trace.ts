/**
 * The trace of one HTTP request: a span for each of its messages, and below the first one's what guard, server and tool
 * asked of others. Its place in a greater trace is settled when the body has been read, since a message may carry its
 * own (`_meta.traceparent`, SEP-414); that comes before what the request's headers say, and the platform's own segment
 * is linked to. Who has not proven who he is places nothing: until then the request's headers choose no id.
 */
import type { Decision } from '../authorize';
import { isRecord } from '../message';
import type { Principal } from '../principal';
import type { Answered, Ending, Recorder } from './record/recorder';
import type { Sampler } from './sampling';
import { active, Scope } from './scope';
import { newId, newTraceId, type Position, type Span, SpanKind } from './span';
import { fromTraceparent, type TraceContext, traceparentOf, xrayId } from './trace-context';

/** Spans of one call; a tool in a loop would make them without end. */
const MAX_SPANS = 128;

export interface CallTraceFacts {
  readonly sampler: Sampler;
  /** Given: it decides, whatever the platform decided. */
  readonly ratio?: number;
  /** Whether callers may say to which trace a call belongs, and that it is recorded. */
  readonly clients: boolean;
  /** Undefined: nobody takes spans. */
  readonly recorder?: Pick<Recorder, 'take'>;
}

export interface Surroundings {
  /** What the platform says. A caller's header may stand behind it: some of them hand on id and decision. */
  readonly platform?: TraceContext;
  /** What the request's headers say, which anybody can write. */
  readonly request?: TraceContext;
  readonly headers: Headers;
  /** Of HTTP. */
  readonly method: string;
}

export class CallTrace {
  recording: boolean;
  /** Where the first message stands, and with it all that is done for any of them. */
  readonly position: Position;
  private readonly began = Date.now();
  private readonly clock = performance.now();
  /** An id that nobody else had a say in. */
  private readonly own = newTraceId(this.began);
  private answers: Answered[] = [];
  private spans: Span[] = [];
  /** Of messages behind the first one. */
  private others?: Map<Decision, Span>;
  private first?: Span;
  private placed?: Placed;
  private served?: Scope;
  private choice?: boolean;

  constructor(
    private readonly facts: CallTraceFacts,
    private readonly around: Surroundings,
  ) {
    this.position = { traceId: around.platform?.traceId ?? this.own };
    // What is asked before the body is read is kept only where it is likely to be wanted.
    const asked = facts.clients ? around.request?.sampled : undefined;
    this.recording = facts.recorder !== undefined && (asked ?? this.decided());
  }

  /** The span of the first message; a call that nobody records or asks others for has no use for it. */
  get root(): Span {
    this.first ??= this.open(this.position);
    return this.first;
  }

  now(): number {
    return this.began + performance.now() - this.clock;
  }

  /** What is asked of others while a step of the guard is done lies below that step. */
  within<T>(name: string, work: () => T | Promise<T>): T | Promise<T> {
    if (!this.recording) return work();
    const scope = new Scope(this, name, false);
    const done = active.run(scope, work);
    return done instanceof Promise ? done.finally(() => scope.end()) : done;
  }

  /** The server's work. What it asks of others is told of the trace. */
  serving(work: () => Promise<Response>): Promise<Response> {
    const scope = new Scope(this, 'server', true);
    if (!this.recording) return active.run(scope, work);
    scope.own();
    this.served = scope;
    return active.run(scope, work).then((response) => {
      // A stream is written after the response is there.
      if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) scope.end();
      return response;
    });
  }

  /** To be called when the sender and its messages are known, or never will be. */
  settle(decisions: readonly Decision[], principal: Principal | undefined): void {
    if (this.placed !== undefined) return;
    const { platform, request } = this.around;
    const trusted = this.facts.clients && principal !== undefined;
    const place = (decision: Decision | undefined): Placed => {
      const asked = trusted ? (carried(decision) ?? request) : undefined;
      const ambient = trusted ? (platform ?? request) : platform;
      return { asked, parent: asked ?? platform, ambient };
    };
    const [head, ...rest] = decisions;
    this.placed = place(head);
    if (this.placed.parent !== undefined) {
      this.position.traceId = this.placed.parent.traceId;
      this.position.state = this.placed.parent.state;
    }
    this.recording = this.facts.recorder !== undefined && this.wanted(this.placed.asked);
    if (rest.length === 0) return;
    this.others = new Map(
      rest.map((decision) => {
        const placed = place(decision);
        const { traceId, state } = placed.parent ?? this.position;
        const span = this.open({ traceId, state });
        refer(span, placed);
        return [decision, span];
      }),
    );
  }

  /** The id in logs. */
  idOf(decision: Decision | undefined): string {
    const other = decision && this.others?.get(decision);
    return xrayId((other?.position ?? this.position).traceId);
  }

  /** A message was answered. */
  answered(decision: Decision | undefined, ending: Ending): void {
    if (!this.recording) return;
    const span = (decision && this.others?.get(decision)) ?? this.root;
    this.served?.end();
    span.end = this.now();
    this.answers.push({ span, message: decision?.message, target: decision?.target, ending });
  }

  add(span: Span): void {
    if (this.recording && this.spans.length < MAX_SPANS) this.spans.push(span);
  }

  /** All is answered: nothing more is added. */
  end(): void {
    if (!this.recording) return;
    this.recording = false;
    const { spans, answers, around } = this;
    const now = this.now();
    for (const span of spans) span.end ??= now;
    if (this.placed !== undefined) refer(this.root, this.placed);
    this.facts.recorder?.take({ spans, answers, headers: around.headers, method: around.method });
    // Connections that stay open remember the call that opened them.
    this.spans = [];
    this.answers = [];
    this.others = undefined;
  }

  private open(position: Position): Span {
    return { position, spanId: newId(8), name: '', kind: SpanKind.server, start: this.began, attributes: {} };
  }

  private wanted(asked: TraceContext | undefined): boolean {
    if (asked?.sampled === undefined) return this.decided();
    return asked.sampled && this.facts.sampler.admits(this.began);
  }

  /** By our own id: one that a caller chose would decide as the caller likes. */
  private decided(): boolean {
    const { sampler, ratio } = this.facts;
    const byPlatform = ratio === undefined ? this.around.platform?.sampled : undefined;
    this.choice ??=
      byPlatform === true ? sampler.admits(this.began) : (byPlatform ?? sampler.decides(this.own, this.began));
    return this.choice;
  }
}

/** The place of a message among traces. */
interface Placed {
  /** What the client asked for. */
  readonly asked?: TraceContext;
  readonly parent?: TraceContext;
  /** What else the call belongs to. */
  readonly ambient?: TraceContext;
}

function refer(span: Span, { parent, ambient }: Placed): void {
  span.parentId = parent?.spanId;
  if (ambient?.spanId !== undefined && ambient !== parent) span.link = ambient;
}

function carried(decision: Decision | undefined): TraceContext | undefined {
  const meta = decision?.message.params._meta;
  return isRecord(meta) ? fromTraceparent(meta.traceparent, meta.tracestate) : undefined;
}

/** Where the code that asks stands among traces; undefined: in none. */
export function currentTrace(): { id: string; traceparent: string; tracestate?: string } | undefined {
  const scope = active.getStore();
  if (scope === undefined) return undefined;
  const { recording, root } = scope.trace;
  const { spanId, position } = recording ? scope.own() : root;
  const { traceId, state } = position;
  return {
    id: xrayId(traceId),
    traceparent: traceparentOf(traceId, spanId, recording),
    ...(state !== undefined && { tracestate: state }),
  };
}
