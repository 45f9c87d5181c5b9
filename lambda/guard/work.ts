/** The work behind one request, and what may end it before it is done. */
import type { CallContext } from './exchange';

/** Time kept back from the platform's own deadline to answer in words. */
const DEADLINE_MARGIN_MS = 500;

/** What a timer can count; one that is set for longer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The work behind one request: cancelled when the client goes or the time is up, never after it is done. */
export class Work {
  readonly deadline: Promise<'deadline'>;
  /** Told once when it is over, however it ends. */
  onDone?: () => void;
  /** The client said that it does not want the answer any more. */
  takenBack = false;
  private readonly expire: (value: 'deadline') => void;
  private readonly controller = new AbortController();
  private readonly timer?: NodeJS.Timeout;
  // The deadline stays: a server that does not listen is waited for until then, and then written down.
  private readonly onDisconnect = () => this.controller.abort();

  /** `allowedMs`: what the policy gives the tools that are called. */
  constructor(
    private readonly call: CallContext,
    allowedMs = Number.POSITIVE_INFINITY,
  ) {
    // A client may be gone before its request was let in; that is not said again.
    if (call.disconnected?.aborted === true) this.controller.abort();
    call.disconnected?.addEventListener('abort', this.onDisconnect, { once: true });
    const { promise, resolve } = withResolver<'deadline'>();
    this.deadline = promise;
    this.expire = resolve;
    const { remainingMs = Number.POSITIVE_INFINITY } = call;
    const ms = Math.min(Math.max(0, remainingMs - DEADLINE_MARGIN_MS), allowedMs);
    if (ms < Number.POSITIVE_INFINITY)
      this.timer = setTimeout(() => resolve('deadline'), Math.min(ms, LONGEST_TIMER_MS));
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** It is over as at its deadline, but nothing failed. */
  takeBack(): void {
    this.takenBack = true;
    this.expire('deadline');
  }

  abort(): void {
    this.done();
    this.controller.abort();
  }

  done(): void {
    this.onDone?.();
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
