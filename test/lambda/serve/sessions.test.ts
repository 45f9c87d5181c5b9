/** Sessions through real servers that share a table, with the client that most of the field uses (SDK v1). */

import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { acceptedContent, inputRequired, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { toolError } from '../../../lambda/serve/runtime';
import { type Cluster, startCluster } from '../../support/cluster';
import { CONFIG, messagesFrom, modern } from '../../support/guard';
import { INITIALIZE } from '../../support/session-guard';

/** What came of questions outside a call. */
const asked: unknown[] = [];
const slow = { started: 0, aborted: 0 };

function build(instance: number): McpServer {
  const server = new McpServer(
    { name: `notes-${instance}`, version: '1.0.0' },
    { capabilities: { logging: {}, resources: { subscribe: true }, tools: {} } },
  );
  const inputSchema = z.object({});
  const text = (value: unknown) => ({ content: [{ type: 'text' as const, text: String(value) }] });
  server.registerTool('list_notes', { inputSchema }, async (_args, ctx) => {
    await ctx.mcpReq.log('debug', 'looking');
    return text(`${instance}: ${server.server.getClientVersion()?.name}`);
  });
  server.registerTool('read_model', { inputSchema }, async (_args, ctx) => {
    const messages = [{ role: 'user' as const, content: { type: 'text' as const, text: 'AKIAIOSFODNN7EXAMPLE?' } }];
    const { content } = await ctx.mcpReq.requestSampling({ messages, maxTokens: 10 });
    return text(JSON.stringify(content));
  });
  server.registerTool('read_person', { inputSchema }, async (_args, ctx) => {
    const requestedSchema = { type: 'object' as const, properties: { name: { type: 'string' as const } } };
    const question = { message: `Who asks on ${instance}?`, requestedSchema };
    try {
      const { action, content } = await ctx.mcpReq.elicitInput(question, { timeout: 3_000 });
      return text(`${action} ${JSON.stringify(content)}`);
    } catch (error) {
      return toolError(String(error));
    }
  });
  server.registerTool('read_rounds', { inputSchema }, async (_args, ctx) => {
    const named = acceptedContent(ctx.mcpReq.inputResponses, 'who') as { name: string } | undefined;
    const known = ctx.mcpReq.requestState<string>();
    if (named !== undefined) return text(`${known}, then ${instance}: ${named.name}`);
    const who = inputRequired.elicit({
      message: 'Who?',
      requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
    });
    return inputRequired({ inputRequests: { who }, requestState: `first ${instance}` });
  });
  server.registerTool('read_slow', { inputSchema }, async (_args, ctx) => {
    slow.started += 1;
    await new Promise<void>((resolve) => ctx.mcpReq.signal.addEventListener('abort', () => resolve()));
    slow.aborted += 1;
    return text('late');
  });
  server.registerTool('read_roots', { inputSchema }, async () => {
    const { roots } = await server.server.listRoots();
    return text(roots.length);
  });
  server.registerTool('read_later', { inputSchema }, async () => {
    // When this is asked, the call is over: it can only go to the stream that the client opened by GET.
    setTimeout(() => server.server.listRoots().then(({ roots }) => asked.push(roots.length), asked.push), 50);
    return text('later');
  });
  const subscribed = new Set<string>();
  server.server.setRequestHandler('resources/subscribe', async ({ params }) => {
    subscribed.add(params.uri);
    return {};
  });
  server.server.setRequestHandler('resources/unsubscribe', async ({ params }) => {
    subscribed.delete(params.uri);
    return {};
  });
  server.registerTool('read_change', { inputSchema }, async () => {
    for (const uri of subscribed) await server.server.sendResourceUpdated({ uri });
    return text([...subscribed].join());
  });
  return server;
}

const accept = (name: string) => ({ action: 'accept' as const, content: { name } });
/** How the client answers a question. */
let answer: (question: string) => Promise<ReturnType<typeof accept>>;

let cluster: Cluster;
let ada: string;
let ben: string;
const clients: Client[] = [];

beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  cluster = await startCluster({ policy: { ...CONFIG.policy, sessions: { seconds: 3_600 } }, build });
  ada = await cluster.token({ sub: 'ada' });
  ben = await cluster.token({ sub: 'ben' });
}, 20_000);
beforeEach(() => {
  answer = async () => accept('Ada');
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  cluster.aim = 0;
});
afterAll(async () => {
  await cluster.stop();
  jest.restoreAllMocks();
});

async function connect(token = ada): Promise<{ client: Client; transport: StreamableHTTPClientTransport }> {
  const client = new Client(
    { name: 'v1', version: '1' },
    { capabilities: { sampling: {}, elicitation: {}, roots: { listChanged: true } } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(cluster.url), {
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  client.setRequestHandler(CreateMessageRequestSchema, async ({ params }) => ({
    model: 'test',
    role: 'assistant',
    content: { type: 'text', text: JSON.stringify(params.messages[0]?.content) },
  }));
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => answer(params.message));
  client.setRequestHandler(ListRootsRequestSchema, async () => ({ roots: [{ uri: 'file:///a' }] }));
  await client.connect(transport);
  clients.push(client);
  return { client, transport };
}

async function call(client: Client, name: string): Promise<string> {
  const result = (await client.callTool({ name, arguments: {} })) as { content: { text: string }[] };
  return result.content[0]?.text ?? '';
}

const send = (method: string, body: unknown, headers: Record<string, string>, token = ada, signal?: AbortSignal) =>
  fetch(cluster.url, {
    method,
    signal,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });

const listNotes = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_notes', arguments: {} } };

async function until(done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 200 && !done(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

test('T2 a session begins, goes on and ends', async () => {
  const { client, transport } = await connect();
  expect(transport.sessionId).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(await call(client, 'list_notes')).toBe('0: v1');
  const id = transport.sessionId!;
  await transport.terminateSession();
  const response = await send('POST', listNotes, { 'mcp-session-id': id });
  expect(response.status).toBe(404);
});

test('T2 a session begun on one instance goes on on another, and is gone on both', async () => {
  const { client, transport } = await connect();
  cluster.aim = 1;
  expect(await call(client, 'list_notes')).toBe('1: v1');
  const id = transport.sessionId!;
  await transport.terminateSession();
  cluster.aim = 0;
  expect((await send('POST', listNotes, { 'mcp-session-id': id })).status).toBe(404);
});

test('T2 the server asks the client on the stream of a call, its questions redacted', async () => {
  const { client } = await connect();
  const seen = await call(client, 'read_model');
  expect(seen).toContain('[redacted: aws_access_key]?');
  expect(await call(client, 'read_person')).toBe('accept {"name":"Ada"}');
});

test('T2 the server asks the client in a call, whatever else is open', async () => {
  const { client } = await connect();
  cluster.aim = 1;
  expect(await call(client, 'read_roots')).toBe('1');
});

test('T2 the server asks the client outside a call on the stream of the session', async () => {
  const { client } = await connect();
  asked.length = 0;
  expect(await call(client, 'read_later')).toBe('later');
  await until(() => asked.length === 1);
  expect(asked).toEqual([1]);
});

test('T2 log level and subscriptions follow the session to another instance', async () => {
  const { client } = await connect();
  const logs: unknown[] = [];
  const updates: string[] = [];
  client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => void logs.push(params.data));
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => void updates.push(params.uri));
  await call(client, 'list_notes');
  expect(logs).toEqual(['looking']);
  await client.setLoggingLevel('error');
  await client.subscribeResource({ uri: 'notes://note/1' });
  await call(client, 'read_change');
  await until(() => updates.length === 1);
  cluster.aim = 1;
  await call(client, 'list_notes');
  expect(logs).toEqual(['looking']);
  expect(await call(client, 'read_change')).toBe('notes://note/1');
  await client.unsubscribeResource({ uri: 'notes://note/1' });
  cluster.aim = 0;
  expect(await call(client, 'read_change')).toBe('');
});

test('T2 an answer that reaches another instance is accepted and dropped', async () => {
  const { transport } = await connect();
  cluster.aim = 1;
  const answer = { jsonrpc: '2.0', id: 0, result: {} };
  expect((await send('POST', answer, { 'mcp-session-id': transport.sessionId! })).status).toBe(202);
});

test('T2 an answer that reaches another instance answers nothing there, and the question ends', async () => {
  const { client } = await connect();
  let questions = 0;
  // The first question comes from instance 0; its answer and the second question go to instance 1.
  const both = new Promise<void>((resolve) => {
    answer = async (question) => {
      questions += 1;
      if (questions === 2) resolve();
      if (question.includes('on 0')) await both;
      else await new Promise((later) => setTimeout(later, 100));
      return accept(question);
    };
  });
  const first = call(client, 'read_person');
  await until(() => questions === 1);
  cluster.aim = 1;
  expect(await call(client, 'read_person')).toBe('accept {"name":"Who asks on 1?"}');
  expect(await first).toMatch(/timed out/);
});

test('T2 a tool that needs an answer gets it by a question in a session, in a call of several rounds without one', async () => {
  const { client } = await connect();
  expect(await call(client, 'read_rounds')).toBe('first 0, then 0: Ada');

  const modernClient = new ModernClient(
    { name: 'v2', version: '1' },
    { capabilities: { elicitation: {} }, versionNegotiation: { mode: 'auto' } },
  );
  modernClient.setRequestHandler('elicitation/create', async () => {
    // The next round goes to another instance, which can open what the first one sealed.
    cluster.aim = 1;
    return accept('Ada');
  });
  const requestInit = { headers: { authorization: `Bearer ${ada}` } };
  await modernClient.connect(new ModernTransport(new URL(cluster.url), { requestInit }));
  const { content } = await modernClient.callTool({ name: 'read_rounds', arguments: {} });
  expect(content).toEqual([{ type: 'text', text: 'first 0, then 1: Ada' }]);
  await modernClient.close();
});

test('T8 a client that leaves a call ends its work, and the session goes on', async () => {
  const { client } = await connect();
  const before = { ...slow };
  const leaving = new AbortController();
  const left = client.callTool({ name: 'read_slow', arguments: {} }, undefined, { signal: leaving.signal });
  await until(() => slow.started > before.started);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await until(() => slow.aborted > before.aborted);
  expect(await call(client, 'list_notes')).toBe('0: v1');
});

test('T8 a connection that breaks ends the work of its call, and the session goes on', async () => {
  const { client, transport } = await connect();
  const before = { ...slow };
  const leaving = new AbortController();
  const body = { ...listNotes, id: 'slow', params: { name: 'read_slow', arguments: {} } };
  const headers = { 'mcp-session-id': transport.sessionId! };
  const left = send('POST', body, headers, ada, leaving.signal).then((response) => response.text());
  await until(() => slow.started > before.started);
  leaving.abort();
  await expect(left).rejects.toThrow();
  await until(() => slow.aborted > before.aborted);
  expect(await call(client, 'list_notes')).toBe('0: v1');
});

test('a stream can be opened again when it was lost, and not twice at once', async () => {
  const { client, transport } = await connect();
  const headers = { 'mcp-session-id': transport.sessionId! };
  await call(client, 'read_roots');
  expect((await send('GET', undefined, headers)).status).toBe(409);
  const { transport: other } = await connect();
  const id = { 'mcp-session-id': other.sessionId! };
  await clients.pop()?.close();
  for (let turn = 0; turn < 3; turn++) {
    const leaving = new AbortController();
    let status = 409;
    for (let wait = 0; wait < 200 && status === 409; wait++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      ({ status } = await send('GET', undefined, id, ada, leaving.signal));
    }
    expect(status).toBe(200);
    leaving.abort();
  }
});

test('what is said while the stream is being opened again is said then', async () => {
  const leaving = new AbortController();
  const started = await send('POST', INITIALIZE, {});
  const headers = { 'mcp-session-id': started.headers.get('mcp-session-id') ?? '' };
  await started.text();
  await send(
    'POST',
    { jsonrpc: '2.0', id: 2, method: 'resources/subscribe', params: { uri: 'notes://note/1' } },
    headers,
  );
  const change = { ...listNotes, params: { name: 'read_change', arguments: {} } };
  await (await send('POST', change, headers)).text();
  const response = await send('GET', undefined, headers, ada, leaving.signal);
  const { value } = await response.body!.getReader().read();
  expect(new TextDecoder().decode(value)).toContain('notifications/resources/updated');
  leaving.abort();
  // The same once more, with a stream that was there and was lost.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await (await send('POST', { ...change, id: 3 }, headers)).text();
  const reopened = await send('GET', undefined, headers);
  const again = reopened.body!.getReader();
  expect(new TextDecoder().decode((await again.read()).value)).toContain('notifications/resources/updated');
  await again.cancel();
});

test('T2 the older batch of a session is answered whole', async () => {
  const { transport } = await connect();
  const response = await send('POST', [listNotes, { ...listNotes, id: 2 }], { 'mcp-session-id': transport.sessionId! });
  const answers = (await messagesFrom(response)).filter(({ id }) => id !== undefined);
  expect(answers.map(({ id }) => id).sort()).toEqual([1, 2]);
});

test('a client of 2026-07-28 is served without a session beside them', async () => {
  const { headers, body } = modern('tools/call', { name: 'list_notes', arguments: {} });
  const response = await send('POST', body, { ...headers, 'mcp-session-id': 'A'.repeat(43) });
  expect(response.headers.get('mcp-session-id')).toBeNull();
  expect((await messagesFrom(response)).at(-1)?.result.content[0].text).toMatch(/^0: /);
});

test("T2 refuses another principal's session as one that never was", async () => {
  const { transport } = await connect();
  const id = transport.sessionId!;
  const unknown = 'A'.repeat(43);
  const answers: unknown[][] = [];
  for (const [session, token] of [
    [id, ben],
    [unknown, ada],
    [unknown, ben],
    [`${id}, ${id}`, ada],
    ['x'.repeat(5_000), ada],
    ['../..', ada],
  ] as const) {
    const response = await send('POST', listNotes, { 'mcp-session-id': session }, token);
    const [message] = await messagesFrom(response);
    answers.push([response.status, message?.error.code, message?.error.message, [...response.headers.keys()].sort()]);
  }
  expect(answers.every((answer) => JSON.stringify(answer) === JSON.stringify(answers[0]))).toBe(true);
  expect(answers[0]?.slice(0, 3)).toEqual([404, -32001, 'Session not found']);
  expect((await send('DELETE', undefined, { 'mcp-session-id': id }, ben)).status).toBe(404);
  expect((await send('GET', undefined, { 'mcp-session-id': id }, ben)).status).toBe(404);
  expect((await send('POST', listNotes, { 'mcp-session-id': id })).status).toBe(200);
});

test('T2 refuses a legacy request without a session, and a session without a token', async () => {
  const { transport } = await connect();
  expect((await send('POST', listNotes, {})).status).toBe(400);
  for (const method of ['POST', 'GET', 'DELETE']) {
    const headers = { authorization: '', 'mcp-session-id': transport.sessionId! };
    expect((await send(method, method === 'POST' ? listNotes : undefined, headers)).status).toBe(401);
  }
});

/** The headers of a session that was begun by hand. */
async function begun(): Promise<Record<string, string>> {
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  const response = await send('POST', { jsonrpc: '2.0', id: 'begin', method: 'initialize', params }, {});
  await response.text();
  const headers = {
    'mcp-session-id': response.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': '2025-11-25',
  };
  await (await send('POST', { jsonrpc: '2.0', method: 'notifications/initialized' }, headers)).text();
  return headers;
}

test('T3 an id is used by one request of a session at a time, so that no answer is judged as that of another', async () => {
  const headers = await begun();
  const { started } = slow;
  const stopping = new AbortController();
  const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'read_slow', arguments: {} } };
  const first = await send('POST', call, headers, ada, stopping.signal);
  await until(() => slow.started > started);
  const second = await send('POST', { jsonrpc: '2.0', id: 7, method: 'tools/list' }, headers);
  expect(second.status).toBe(400);
  expect(await second.text()).not.toContain('read_slow');
  const third = await send('POST', { jsonrpc: '2.0', id: 8, method: 'tools/list' }, headers);
  expect(third.status).toBe(200);
  await third.text();
  const replayed = await send('POST', { jsonrpc: '2.0', id: 'cdk-mcp/replayed/1', method: 'ping' }, headers);
  expect(replayed.status).toBe(400);
  stopping.abort();
  await first.text().catch(() => {});
});

test('T8 a call that its client takes back ends at once, without an answer', async () => {
  const headers = await begun();
  const { started, aborted } = slow;
  const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'read_slow', arguments: {} } };
  const first = await send('POST', call, headers);
  await until(() => slow.started > started);
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
  expect((await send('POST', cancelled, headers)).status).toBe(202);
  expect(await first.text()).toBe('');
  expect(slow.aborted).toBe(aborted + 1);
});

test('T8 of a batch, the call that is taken back is answered at once, and the others as they are', async () => {
  const headers = await begun();
  const { started, aborted } = slow;
  const call = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: { name: 'read_slow', arguments: {} } };
  const batch = send('POST', [call, { jsonrpc: '2.0', id: 8, method: 'ping' }], headers);
  await until(() => slow.started > started);
  const cancelled = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
  expect((await send('POST', cancelled, headers)).status).toBe(202);
  const text = await (await batch).text();
  expect([text.includes('"id":8'), text.includes('"error"'), slow.aborted]).toEqual([true, true, aborted + 1]);
});
