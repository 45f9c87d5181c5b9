/** Whatever a server throws, wherever it throws it: the wire gets a class, an id and a sentence. */
import { completable, McpServer, ProtocolError, ResourceTemplate } from '@modelcontextprotocol/server';
import fc from 'fast-check';
import { z } from 'zod';
import { stdoutLog } from '../../../lambda/guard/audit';
import type { McpFetch } from '../../../lambda/guard/guard';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { type Keys, makeKeys, messagesFrom, modern, read, sign, testGuard, userClaims } from '../../support/guard';

/** Stands in everything that is thrown; on the wire it must not. */
const CANARY = 'qZ7canary';

const sensitive = fc.constantFrom(
  `password=${CANARY}`,
  `ENOENT: no such file or directory, open '/srv/${CANARY}/app.js'`,
  `select * from users where token = '${CANARY}'`,
  `Error: ${CANARY}\n    at Object.<anonymous> (/var/task/${CANARY}.js:3:7)`,
  `connect ECONNREFUSED ${CANARY}.internal:5432`,
  `Tool ${CANARY} not found`,
  `Input validation error: Invalid arguments for tool ${CANARY}: ${CANARY}`,
  `MCP error -32602: ${CANARY}`,
  `${CANARY}`.repeat(20_000),
  `\u0000\ud800${CANARY}`,
);
const code = fc.constantFrom(-32700, -32600, -32601, -32602, -32603, -32000, -32002, -32020, -32021, -32022, -32042, 1);

function circular(text: string): Error {
  const error = new Error(text);
  Object.assign(error, { cause: error, self: { error } });
  return error;
}

function hostile(text: string): unknown {
  const fail = () => {
    throw new Error(text);
  };
  return new Proxy({}, { get: fail, has: fail, ownKeys: fail, getPrototypeOf: fail, getOwnPropertyDescriptor: fail });
}

const thrown: fc.Arbitrary<() => unknown> = fc.oneof(
  sensitive.map((text) => () => new Error(text)),
  sensitive.map((text) => () => text),
  sensitive.map((text) => () => ({ message: text, stack: text, code: text })),
  sensitive.map((text) => () => circular(text)),
  sensitive.map((text) => () => new AggregateError([new Error(text), text], text, { cause: new Error(text) })),
  sensitive.map((text) => () => new Response(text, { status: 418, statusText: 'x', headers: { x: CANARY } })),
  sensitive.map((text) => () => {
    const promise = Promise.reject(new Error(text));
    promise.catch(() => {});
    return promise;
  }),
  sensitive.map((text) => () => hostile(text)),
  sensitive.map((text) => () => Object.defineProperty(new Error(text), 'message', { get: () => `got ${text}` })),
  sensitive.map((text) => () => Object.assign(new Error(), { toString: () => text, toJSON: () => text, name: text })),
  sensitive.map((text) => () => Object.assign(Object.create(null), { text })),
  fc.tuple(code, sensitive).map(([number, text]) => () => {
    const data = { uri: text, stack: text, requiredCapabilities: { [text]: text }, supported: [text], requested: text };
    return new ProtocolError(number, text, data);
  }),
  fc.tuple(code, sensitive).map(
    ([number, text]) =>
      () =>
        Object.assign(new Error(text), { code: number, data: { password: text } }),
  ),
  fc.constantFrom<() => unknown>(
    () => undefined,
    () => null,
    () => Symbol(CANARY),
    () => () => CANARY,
    () => 0n,
    () => [CANARY],
  ),
);

/** Throws in its own time: at once, later, or after it has said something. */
type Moment = 'at once' | 'later' | 'after progress';

let what: () => unknown;
let when: Moment;

async function fail(notify?: (message: string) => Promise<void>): Promise<never> {
  if (when === 'later') await new Promise((resolve) => setImmediate(resolve));
  if (when === 'after progress') await notify?.('half way');
  throw what();
}

function failing(factoryFails: boolean): McpFetch {
  return mcpServer(() => {
    if (factoryFails) throw what();
    const server = new McpServer({ name: 'notes', version: '1.0.0' });
    server.registerTool('read_note', { inputSchema: z.object({}) }, (_args, ctx) =>
      fail((message) =>
        ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken: 1, progress: 1, message } }),
      ),
    );
    const id = completable(z.string(), () => fail());
    server.registerPrompt('summarize', { argsSchema: z.object({ id }) }, () => fail());
    const complete = { id: () => fail() };
    const template = new ResourceTemplate('notes://note/{id}', { list: () => fail(), complete });
    server.registerResource('note', template, {}, () => fail());
    return server;
  }, {});
}

const REQUESTS: readonly (readonly [string, Record<string, unknown>])[] = [
  ['tools/call', { name: 'read_note', arguments: {}, _meta: { progressToken: 1 } }],
  ['prompts/get', { name: 'summarize', arguments: { id: '7' } }],
  ['resources/read', { uri: 'notes://note/7' }],
  ['resources/list', {}],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'summarize' }, argument: { name: 'id', value: 'a' } }],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'notes://note/{id}' }, argument: { name: 'id', value: 'a' } },
  ],
];

let keys: Keys;
let token: string;
let lines: string[] = [];
beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims({ scope: read }));
});

describe.each(['modern', 'legacy'] as const)('%s', (era) => {
  test.each(['the handlers', 'the factory'])(
    'T9 nothing of what %s throw reaches the wire',
    async (where) => {
      await fc.assert(
        fc.asyncProperty(
          thrown,
          fc.constantFrom<Moment>('at once', 'later', 'after progress'),
          fc.constantFrom(...REQUESTS),
          async (make, moment, [method, params]) => {
            what = make;
            when = moment;
            const guarded = testGuard(keys, failing(where === 'the factory'), { log: stdoutLog });
            const { headers, body } =
              era === 'modern'
                ? modern(method, params)
                : {
                    headers: { 'mcp-protocol-version': '2025-11-25' },
                    body: { jsonrpc: '2.0', id: 1, method, params },
                  };
            if (era === 'modern') Object.assign(body.params as { _meta: object }, withProgress(body.params));
            const response = await guarded.post(body, { token, headers, remainingMs: 700 });
            const wire = `${[...response.headers].join()}${response.statusText}`;
            const messages = await messagesFrom(response);
            expect(wire + JSON.stringify(messages)).not.toContain(CANARY);
            expect(JSON.stringify(messages)).not.toMatch(/\/srv|\/var\/task|select \*|ECONN|ENOENT/);
            const answers = messages.filter((message) => message.method === undefined);
            expect(answers).toHaveLength(1);
            for (const answer of answers) expectAnonymous(answer);
            const records = lines.splice(0);
            for (const line of records) expect(line.length).toBeLessThan(250_000);
            expect(records.filter((line) => line.includes('"type":"audit"')).join()).not.toContain(CANARY);
          },
        ),
        { numRuns: 120, seed: 9, endOnFailure: true },
      );
    },
    60_000,
  );
});

/** `modern` writes the protocol's own `_meta`; progress is asked for beside it. */
function withProgress(params: unknown): object {
  const { _meta } = params as { _meta: object };
  return { _meta: { ..._meta, progressToken: 1 } };
}

/** A class (a code), an id, a sentence: and no property beside them. */
// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
function expectAnonymous(answer: Record<string, any>): void {
  if (answer.error === undefined) {
    // The SDK answers for some of what a list or completion throws, with an empty result.
    if (answer.result.isError !== true) return;
    const { isError, content, resultType, ...rest } = answer.result;
    expect(rest).toEqual({});
    expect(content).toEqual([{ type: 'text', text: 'The tool failed. Error id: request-1' }]);
    return;
  }
  const { code: number, message, data = {}, ...rest } = answer.error;
  expect(rest).toEqual({});
  expect(typeof number).toBe('number');
  expect(message).toMatch(/^[A-Z][A-Za-z ]{5,60}$/);
  for (const key of Object.keys(data)) {
    expect(['errorId', 'uri', 'requiredCapabilities', 'supported', 'requested']).toContain(key);
  }
}

test('T9 what a tool throws is found in the log under the id the client got', async () => {
  what = () => new Error(CANARY);
  when = 'at once';
  const guarded = testGuard(keys, failing(false));
  const { headers, body } = modern('tools/call', { name: 'read_note', arguments: {} });
  const [answer] = await messagesFrom(await guarded.post(body, { token, headers }));
  expect(answer?.result.content[0].text).toContain('request-1');
  const errors = guarded.records.filter(({ type }) => type === 'error');
  expect(errors).toMatchObject([{ requestId: 'request-1' }]);
  expect(JSON.stringify(errors)).toContain(CANARY);
});
