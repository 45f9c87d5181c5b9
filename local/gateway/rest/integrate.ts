import type { Readable } from 'node:stream';
import type { LambdaIntegration } from '../../deployment/rest-methods';
import type { Invokable, InvokeResult, ResponseStream } from '../../functions/invocation';
import { PAYLOAD_BYTES } from '../../functions/invocation';
import type { ResponseType } from './gateway-responses';
import { readPrelude } from './prelude';
import { fromProxyResult, passedOn, type RestResponse, withType } from './response';

/** A backend's answer, or why there is none. */
export type Integrated =
  | { readonly kind: 'answered'; readonly response: RestResponse; readonly streamed: boolean }
  | { readonly kind: 'failed'; readonly type: ResponseType; readonly error: string };

/** Streams of a regional API that carry nothing for so long are ended. */
export const IDLE_MS = 5 * 60_000;

const TOO_LONG: Integrated = {
  kind: 'failed',
  type: 'REQUEST_TOO_LARGE',
  error: 'the event is larger than Lambda takes',
};
const TIMED_OUT: Integrated = { kind: 'failed', type: 'INTEGRATION_TIMEOUT', error: 'the integration timed out' };
const MALFORMED: Integrated = {
  kind: 'failed',
  type: 'BACKEND_ERROR',
  error: "the function's response has not the expected format",
};

/** Calls the function behind a method. Without one, because its policy does not allow it, the answer is 500. */
export async function invokeFunction(
  { streaming, timeoutMs }: LambdaIntegration,
  target: Invokable | undefined,
  event: string,
  call: { readonly traceId: string; readonly binary: boolean },
): Promise<Integrated> {
  if (!target) {
    const error = 'no permission of the function allows this method to invoke it';
    return { kind: 'failed', type: 'API_CONFIGURATION_ERROR', error };
  }
  if (Buffer.byteLength(event) > PAYLOAD_BYTES) return TOO_LONG;
  return streaming
    ? streamed(target, event, call.traceId, timeoutMs)
    : within(
        timeoutMs,
        target.invoke(event, call.traceId).then((result) => buffered(result, call.binary)),
      );
}

function buffered(result: InvokeResult, binary: boolean): Integrated {
  if (result.kind !== 'response') return failed(result);
  const response = fromProxyResult(result.payload, binary);
  return response ? { kind: 'answered', response, streamed: false } : MALFORMED;
}

/** Answers as soon as status and headers are there; the timeout is that of the whole answer. */
async function streamed(target: Invokable, event: string, traceId: string, timeoutMs: number): Promise<Integrated> {
  let take: (stream: ResponseStream) => void = () => {};
  const begun = new Promise<ResponseStream>((resolve) => {
    take = resolve;
  });
  const ended = target.invoke(event, traceId, (stream) => take(stream));
  const until = Date.now() + timeoutMs;
  return within(
    timeoutMs,
    Promise.race([begun, ended]).then(async (first): Promise<Integrated> => {
      // A handler that does not stream answers in one piece, which has no metadata.
      if ('kind' in first) return first.kind === 'response' ? MALFORMED : failed(first);
      const opened = await readPrelude(first.body);
      if (!opened) {
        const result = await ended;
        return result.kind === 'response' ? MALFORMED : failed(result);
      }
      breakOff(opened.body, until - Date.now());
      const headers = withType(passedOn(opened.head.headers));
      return { kind: 'answered', response: { status: opened.head.status, headers, body: opened.body }, streamed: true };
    }),
  );
}

function failed(result: Exclude<InvokeResult, { kind: 'response' }>): Integrated {
  return result.kind === 'throttled'
    ? { kind: 'failed', type: 'API_CONFIGURATION_ERROR', error: 'the function is throttled' }
    : { kind: 'failed', type: 'BACKEND_ERROR', error: `the function failed: ${result.errorType}` };
}

/** Ends a stream that takes longer than the integration may, or is silent for too long. */
export function breakOff(body: Readable, remainingMs: number, idleMs = IDLE_MS): void {
  const end = (why: string) => () => body.destroy(new Error(why));
  const whole = setTimeout(end('the integration timed out'), remainingMs);
  let idle = setTimeout(end('the stream was idle'), idleMs);
  const { push } = body;
  body.push = (chunk, encoding) => {
    clearTimeout(idle);
    idle = setTimeout(end('the stream was idle'), idleMs);
    return push.call(body, chunk, encoding);
  };
  body.once('close', () => {
    clearTimeout(whole);
    clearTimeout(idle);
  });
}

/** API Gateway stops waiting; the function goes on to its own timeout. */
export async function within(timeoutMs: number, work: Promise<Integrated>): Promise<Integrated> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<Integrated>((resolve) => {
    timer = setTimeout(() => resolve(TIMED_OUT), timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
