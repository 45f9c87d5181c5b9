/** How the entries of a function or container recognise a server that has the guard in front of it. */
import type { CallContext } from '../guard/exchange';
import type { Inventory } from './inventory';

/** Carried by what `serve` returns, and by nothing else: the function's entry refuses a server without it. */
export const GUARDED = Symbol.for('cdk-mcp.guarded');

export interface Transport {
  /** Whether the response reaches the client as it is written, or only whole. */
  readonly streams: boolean;
  /** Whether each call has an instance to itself: a stream with nothing to say would hold all of it. */
  readonly oneCallAtATime?: boolean;
}

export interface GuardedFetch {
  (request: Request, call: CallContext): Promise<Response>;
  /** Calls that a process may work on at a time. */
  readonly concurrency: number;
  /** Bytes of a body. */
  readonly bodyBytes: number;
}

export interface Guarded {
  readonly [GUARDED]: true;
  /** Reads the configuration, so that a wrong one fails at start and not at the first call. */
  start(transport: Transport): GuardedFetch;
  /** Rejects with what is in the way of answering a call; for a process that says how it is. */
  ready(): Promise<void>;
  /** What the server offers, for `cdk-mcp check`; needs no configuration. */
  inventory(): Promise<Inventory>;
}

export function isGuarded(value: unknown): value is Guarded {
  return typeof value === 'object' && value !== null && (value as Partial<Guarded>)[GUARDED] === true;
}

/** @throws when `value`, the default export of the user's module, was not made by `serve()`. */
export function requireGuarded(value: unknown): Guarded {
  if (isGuarded(value)) return value;
  throw new Error(
    "the server's default export was not made by serve(): write `export default serve(() => …)` with serve from 'cdk-mcp/runtime', so that nothing runs unguarded",
  );
}
