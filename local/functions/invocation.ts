import type { Readable } from 'node:stream';

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

/** A response that arrives while the function works; it breaks off where the function fails meanwhile. */
export interface ResponseStream {
  readonly contentType: string;
  readonly body: Readable;
}

/** Whatever runs a function. */
export interface Invokable {
  /**
   * @param onStream takes the response as it is made, when the handler streams. What is resolved then is the end of
   * the call. Without it the whole response is collected, as `Invoke` does.
   */
  invoke(payload: string, rootTraceId?: string, onStream?: (stream: ResponseStream) => void): Promise<InvokeResult>;
}

/** Lambda's limit for a synchronous request and for its response. */
export const PAYLOAD_BYTES = 6_291_556;

export function failure(id: string, errorType: string, message: string): InvokeResult {
  return { kind: 'error', errorType, errorMessage: `RequestId: ${id} Error: ${message}` };
}
