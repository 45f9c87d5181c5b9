import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Invokable } from '../functions/invocation';
import { fromFunction, type GatewayResponse, gatewayMessage } from './response';

/** A function's answer, or API Gateway's instead of it, and what the access log says about the call. */
export interface Integrated {
  readonly response: GatewayResponse;
  /** The status the function returned; absent when it returned none. */
  readonly status?: number;
  readonly latencyMs: number;
  /** Why the answer is API Gateway's own. */
  readonly error?: string;
}

/** Calls the function behind a route. Without one, because its policy does not allow it, the answer is 500. */
export async function integrate(
  target: Invokable | undefined,
  event: APIGatewayProxyEventV2,
  limits: { readonly timeoutMs: number; readonly traceId: string },
): Promise<Integrated> {
  const begun = Date.now();
  const failed = (status: 500 | 503, error: string): Integrated => ({
    response: gatewayMessage(status, status === 500 ? 'Internal Server Error' : 'Service Unavailable'),
    latencyMs: Date.now() - begun,
    error,
  });
  if (!target) {
    return failed(500, 'no permission of the function allows this route to invoke it');
  }
  const result = await withTimeout(target.invoke(JSON.stringify(event), limits.traceId), limits.timeoutMs);
  switch (result?.kind) {
    case undefined:
      return failed(503, 'the integration timed out');
    case 'throttled':
      return failed(503, 'the function is throttled');
    case 'error':
      return failed(500, `the function failed: ${result.errorType}`);
    case 'response': {
      const response = fromFunction(result.payload);
      if (!response) return failed(500, "the function's response has not the expected format");
      return { response, status: response.status, latencyMs: Date.now() - begun };
    }
  }
}

/** API Gateway stops waiting; the function goes on to its own timeout. */
export async function withTimeout<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
