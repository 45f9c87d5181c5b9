/**
 * API Gateway REST API to fetch and back, streaming: events of the proxy integration, and answers as they are written
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html).
 */
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { headersOf, queryTextOf } from '../proxy-event';
import { requireGuarded } from './guarded';
import { withHeartbeat } from './heartbeat';
import { traceRoot } from './trace-root';

/** API Gateway ends a stream on which nothing moves for five minutes. */
const QUIET_MS = 60_000;

export type StreamingHandler = (
  event: APIGatewayProxyEvent,
  stream: awslambda.HttpResponseStream,
  context: Context,
) => void | Promise<void>;

/** @throws when `server` was not made by `serve()`, and outside Lambda. */
export function streamingHandler(server: unknown): StreamingHandler {
  const guarded = requireGuarded(server);
  // Put there by Lambda's Node.js runtime; nothing of it can be imported.
  const runtime = (globalThis as { awslambda?: typeof awslambda }).awslambda;
  if (runtime === undefined) {
    throw new Error('streamingLambdaHandler() runs in AWS Lambda alone: start the server elsewhere with listen()');
  }
  const fetch = guarded.start({ streams: true, oneCallAtATime: true });
  return runtime.streamifyResponse<APIGatewayProxyEvent, void>(async (event, stream, context) => {
    const disconnected = new AbortController();
    const onGone = () => disconnected.abort();
    stream.once('close', onGone).on('error', onGone);
    const request = readable(event);
    if (request === undefined)
      return send(new Response(), runtime.HttpResponseStream.from(stream, { statusCode: 400 }));
    const response = await fetch(request, {
      requestId: event.requestContext.requestId,
      traceId: traceRoot(headersOf(event)['x-amzn-trace-id']),
      remainingMs: context.getRemainingTimeInMillis(),
      disconnected: disconnected.signal,
    });
    if (disconnected.signal.aborted) return response.body?.cancel();
    const prelude = { statusCode: response.status, headers: Object.fromEntries(response.headers) };
    await send(response, runtime.HttpResponseStream.from(stream, prelude));
  });
}

/** Undefined: it has what no request can have, such as a header beyond Latin-1. */
function readable(event: APIGatewayProxyEvent): Request | undefined {
  try {
    return requestFrom(event);
  } catch {
    return undefined;
  }
}

/** The host is the configuration's to know: the guard asks the Host header, nobody asks this URL for it. */
export function requestFrom(event: APIGatewayProxyEvent): Request {
  const { httpMethod: method, body } = event;
  const query = queryTextOf(event);
  const headers = new Headers();
  // As they came: a header that came twice is both of them.
  for (const [name, values] of Object.entries(event.multiValueHeaders ?? {})) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const bodiless = body === null || method === 'GET' || method === 'HEAD';
  return new Request(`https://lambda.invalid${event.path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
    body: bodiless ? undefined : event.isBase64Encoded ? Buffer.from(body, 'base64') : body,
  });
}

/** A stream leaves as it is written; ending either side ends the other. */
async function send(response: Response, stream: Writable): Promise<void> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') && response.body !== null) {
    // Status and headers leave with the first bytes, and the first event may be a while off.
    stream.write('');
    // The client that goes away ends the work through the stream; nobody is left to be told.
    await pipeline(withHeartbeat(response.body, QUIET_MS), stream).catch(() => {});
    return;
  }
  // Also an empty body: without a first write the runtime sends no status.
  stream.write(await response.text());
  stream.end();
}
