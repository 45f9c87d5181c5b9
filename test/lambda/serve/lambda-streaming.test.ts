import { PassThrough } from 'node:stream';
import type { Context } from 'aws-lambda';
import type { CallContext } from '../../../lambda/guard/exchange';
import { requestFrom, streamingHandler } from '../../../lambda/serve/lambda-streaming';
import { serve } from '../../../lambda/serve/runtime';
import { restEvent } from '../../support/rest-event';

const context = { getRemainingTimeInMillis: () => 1234 } as Context;

/** As the runtime does: status and headers leave before the first write. */
const preludes = new WeakMap<PassThrough, object>();

beforeEach(() => {
  Object.assign(globalThis, {
    awslambda: {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: {
        from(stream: PassThrough, prelude: object) {
          preludes.set(stream, prelude);
          return stream;
        },
      },
    },
  });
});

afterEach(() => {
  delete (globalThis as { awslambda?: unknown }).awslambda;
});

type Answer = (request: Request, call: CallContext) => Response | Promise<Response>;

function guardedBy(answer: Answer, transports: unknown[] = []) {
  return {
    [Symbol.for('cdk-mcp.guarded')]: true,
    start(transport: unknown) {
      transports.push(transport);
      return answer;
    },
  };
}

async function call(answer: Answer, event = restEvent({ body: '{}' })) {
  const sink = new PassThrough();
  const writes: string[] = [];
  sink.on('data', (chunk) => writes.push(String(chunk)));
  await streamingHandler(guardedBy(answer))(event, sink as never, context);
  return { prelude: preludes.get(sink), writes, ended: sink.writableEnded };
}

test('T1 refuses to start with a server that serve() did not make', () => {
  for (const unguarded of [undefined, {}, () => {}, { fetch: () => new Response() }]) {
    expect(() => streamingHandler(unguarded)).toThrow(/not made by serve\(\)/);
  }
});

test('O1 says where it runs when it is started elsewhere', () => {
  delete (globalThis as { awslambda?: unknown }).awslambda;
  expect(() => streamingHandler(guardedBy(() => new Response()))).toThrow(/runs in AWS Lambda alone/);
});

test('O1 fails at cold start when the configuration is missing, naming the variable', () => {
  const server = serve(() => {
    throw new Error('not reached');
  });
  expect(() => streamingHandler(server)).toThrow(/MCP_CONTRACT is not set/);
});

test('O1 the guard is told that answers stream, and that an instance works on one call', () => {
  const transports: unknown[] = [];
  streamingHandler(guardedBy(() => new Response(), transports));
  expect(transports).toEqual([{ streams: true, oneCallAtATime: true }]);
});

describe('the request', () => {
  test('T1 has every value of a header, so that no second one is overlooked', () => {
    const event = restEvent({
      multiValueHeaders: { Authorization: ['Bearer a', 'Bearer b'], Host: ['mcp.example.com'] },
    });
    expect(requestFrom(event).headers.get('authorization')).toBe('Bearer a, Bearer b');
    expect(requestFrom(event).headers.get('host')).toBe('mcp.example.com');
  });

  test('O1 has method, path, query and body of the event, and nobody’s host', async () => {
    const multiValueQueryStringParameters = { access_token: ['x'] };
    const request = requestFrom(restEvent({ body: '{"a":1}', multiValueQueryStringParameters }));
    expect([request.method, request.url]).toEqual(['POST', 'https://lambda.invalid/mcp?access_token=x']);
    expect(await request.text()).toBe('{"a":1}');
  });

  test('O1 decodes a base64 body, and has none for GET', async () => {
    const body = Buffer.from('{"ü":1}').toString('base64');
    expect(await requestFrom(restEvent({ body, isBase64Encoded: true })).text()).toBe('{"ü":1}');
    expect(await requestFrom(restEvent({ body: 'x', httpMethod: 'GET' })).text()).toBe('');
  });
});

describe('the answer', () => {
  test('O1 has status and headers before its text', async () => {
    const headers = { 'content-type': 'application/json', 'www-authenticate': 'Bearer' };
    const { prelude, writes, ended } = await call(() => new Response('{"a":1}', { status: 403, headers }));
    expect(prelude).toEqual({ statusCode: 403, headers });
    expect([writes.join(''), ended]).toEqual(['{"a":1}', true]);
  });

  test('O1 without a body is still written, or no status would leave', async () => {
    const sink = new PassThrough();
    const write = jest.spyOn(sink, 'write');
    await streamingHandler(guardedBy(() => new Response(null, { status: 202 })))(restEvent(), sink as never, context);
    expect(write).toHaveBeenCalledWith('');
    expect(sink.writableEnded).toBe(true);
  });

  test('O1 is streamed: each event leaves when it is written', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const sink = new PassThrough();
    const first = new Promise<string>((resolve) => sink.once('data', (chunk) => resolve(String(chunk))));
    const body = new ReadableStream({
      async start(controller) {
        controller.enqueue(Buffer.from('data: 1\n\n'));
        await released;
        controller.enqueue(Buffer.from('data: 2\n\n'));
        controller.close();
      },
    });
    const answer = () => new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    const done = streamingHandler(guardedBy(answer))(restEvent(), sink as never, context);
    expect(await first).toBe('data: 1\n\n');
    expect(sink.writableEnded).toBe(false);
    release();
    await done;
    expect(sink.writableEnded).toBe(true);
  });

  test('O1 that leaves nobody cancels the work behind it', async () => {
    const sink = new PassThrough();
    let cancelled: () => void = () => {};
    const cancel = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const body = new ReadableStream({ pull: (c) => c.enqueue(Buffer.from('data: 1\n\n')), cancel: () => cancelled() });
    let disconnected: AbortSignal | undefined;
    const answer: Answer = (_request, given) => {
      disconnected = given.disconnected;
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
    };
    const done = streamingHandler(guardedBy(answer))(restEvent(), sink as never, context);
    sink.once('data', () => sink.destroy());
    await Promise.all([done, cancel]);
    expect(disconnected?.aborted).toBe(true);
  });

  test('O1 is not begun for a client that went while the server worked', async () => {
    const sink = new PassThrough();
    const answer: Answer = async (_request, { disconnected }) => {
      const gone = new Promise((resolve) => disconnected?.addEventListener('abort', resolve));
      sink.destroy();
      await gone;
      return new Response('{}');
    };
    await streamingHandler(guardedBy(answer))(restEvent(), sink as never, context);
    expect(preludes.has(sink)).toBe(false);
  });
});

test('O1 a request that is none is answered as such, and is no failure of the function', async () => {
  const answer = jest.fn();
  const { prelude, ended } = await call(answer, restEvent({ body: '{}', multiValueHeaders: { 'X-Name': ['\u4e2d'] } }));
  expect([prelude, ended]).toEqual([{ statusCode: 400 }, true]);
  expect(answer).not.toHaveBeenCalled();
});

test('O6 an invocation is told its ids and how long it has', async () => {
  const calls: CallContext[] = [];
  const multiValueHeaders = { 'X-Amzn-Trace-Id': ['Root=1-abc-def;Parent=1'] };
  await call(
    (_request, given) => {
      calls.push(given);
      return new Response('{}');
    },
    restEvent({ body: '{}', multiValueHeaders }),
  );
  expect(calls).toMatchObject([{ requestId: 'gateway-1', traceId: '1-abc-def', remainingMs: 1234 }]);
});
