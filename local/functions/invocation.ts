/** One call of a function. */
export interface Invocation {
  readonly id: string;
  readonly payload: string;
  readonly traceId: string;
}

export type InvokeResult =
  | { readonly kind: 'response'; readonly payload: Buffer }
  /** The function failed: thrown error, time-out, exit, failed start. */
  | { readonly kind: 'error'; readonly errorType: string; readonly errorMessage: string }
  /** No process was free and none may be added. */
  | { readonly kind: 'throttled' };

/** Whatever runs a function. */
export interface Invokable {
  invoke(payload: string, rootTraceId?: string): Promise<InvokeResult>;
}

/** Lambda's limit for a synchronous request and for its response. */
export const PAYLOAD_BYTES = 6_291_556;

export function failure(id: string, errorType: string, message: string): InvokeResult {
  return { kind: 'error', errorType, errorMessage: `RequestId: ${id} Error: ${message}` };
}
