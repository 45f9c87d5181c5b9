/** In which call, and below which span, the code runs that is running. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallTrace } from './call-trace';
import { newId, type Span, SpanKind } from './span';

/** A step of a call. Its span exists once something below it does: a step that asks nobody is not worth one. */
export class Scope {
  private span?: Span;
  private readonly start: number;

  constructor(
    readonly trace: CallTrace,
    private readonly name: string,
    /** Whether what is asked within may know of the trace. */
    readonly told: boolean,
  ) {
    this.start = trace.now();
  }

  /** The span of this step. */
  own(): Span {
    if (this.span === undefined) {
      this.span = {
        position: this.trace.root.position,
        spanId: newId(8),
        parentId: this.trace.root.spanId,
        name: this.name,
        kind: SpanKind.internal,
        start: this.start,
        attributes: {},
      };
      this.trace.add(this.span);
    }
    return this.span;
  }

  end(): void {
    if (this.span !== undefined) this.span.end ??= this.trace.now();
  }
}

export const active = new AsyncLocalStorage<Scope | undefined>();
