/** The work behind one request, and what may end it before it is done. */
import type { CallContext } from './exchange';

/** Time kept back from the platform's own deadline to answer in words. */
const DEADLINE_MARGIN_MS = 500;

/** The work behind one request: cancelled when the client goes or the time is up, never after it is done. */
export class Work {
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
