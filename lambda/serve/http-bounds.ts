/** What one connection, and all of them together, may take of a process that listens on a port. */
export interface HttpBounds {
  /** Milliseconds for the headers of a request; a connection that says nothing has no longer either. */
  readonly headersMs: number;
  /** Milliseconds for the body, from when it is asked for. */
  readonly bodyMs: number;
  /** Milliseconds that an idle connection is kept: longer than a load balancer keeps its own, which is 60 seconds. */
  readonly keepAliveMs: number;
  /** Bytes of all headers of a request: room for the longest token that is looked at. */
  readonly headerBytes: number;
  readonly connections: number;
  /** Milliseconds that running calls have to finish when the server is closed. @default the timeout of a call */
  readonly graceMs?: number;
}

export const HTTP_BOUNDS: HttpBounds = {
  headersMs: 10_000,
  bodyMs: 20_000,
  keepAliveMs: 65_000,
  headerBytes: 32_768,
  connections: 2_000,
};

/** Milliseconds past every deadline of a call after which its connection is cut, whoever still reads or writes. */
export const LINGER_MS = 5_000;
