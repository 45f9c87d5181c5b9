/** Sessions through the synthesised stack: gateway, authorizer, the deployed bundle, its table. */

import { post, type Sent, send } from './support/http';
import { type StackHere, startHere } from './support/in-process';
import { legacy, type Method, modern } from './support/requests';
import { Forger } from './support/tokens';

jest.setTimeout(30_000);

let running: StackHere;
let url: string;
let ada: string;
let ben: string;

beforeAll(async () => {
  running = await startHere({ port: 5100, app: 'npx tsx test/e2e/fixtures/sessions-app.ts' });
  url = running.stack.mcpUrl;
  const forger = new Forger(running.stack);
  const scope = forger.scopes('use');
  [ada, ben] = await Promise.all(['ada', 'ben'].map((sub) => forger.user({ sub, scope })));
}, 60_000);
afterAll(() => running?.stop());

const INITIALIZE: Method = [
  'initialize',
  { protocolVersion: '2025-11-25', capabilities: { roots: {} }, clientInfo: { name: 'e2e', version: '1' } },
];
const tool = (name: string): Method => ['tools/call', { name, arguments: {} }];

async function ask(method: Method, id: string | undefined, token = ada) {
  const { body, headers } = legacy(method);
  return post(url, body, { token, headers: { ...headers, ...(id !== undefined && { 'mcp-session-id': id }) } });
}

async function begin(): Promise<string> {
  const { headers } = await ask(INITIALIZE, undefined);
  return String(headers['mcp-session-id']);
}

const bare = (method: string, id: string, token: string): Promise<{ status: number }> => {
  const headers: Sent['headers'] = {
    accept: 'text/event-stream',
    authorization: `Bearer ${token}`,
    'mcp-session-id': id,
  };
  return send(url, { method, headers });
};

test('T2 a session begins, goes on and ends', async () => {
  const id = await begin();
  expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect((await ask(tool('greets'), id)).json().result.content[0].text).toBe('e2e');
  expect((await bare('DELETE', id, ada)).status).toBe(204);
  expect((await ask(tool('greets'), id)).status).toBe(404);
});

test('T2 refuses what has no session, or that of another', async () => {
  const id = await begin();
  expect((await ask(tool('greets'), undefined)).status).toBe(400);
  const [foreign, unknown] = [await ask(tool('greets'), id, ben), await ask(tool('greets'), 'A'.repeat(43), ben)];
  expect([foreign.status, foreign.json().error.message]).toEqual([404, 'Session not found']);
  expect([unknown.status, unknown.json().error.message]).toEqual([404, 'Session not found']);
  expect((await bare('DELETE', id, ben)).status).toBe(404);
});

test('T2 a question to the client fails at once, and there is no stream to open', async () => {
  const id = await begin();
  const started = Date.now();
  expect((await ask(tool('asks'), id)).json().result.content[0].text).toContain('does not stream');
  expect(Date.now() - started).toBeLessThan(3_000);
  expect((await bare('GET', id, ada)).status).toBe(405);
});

test('T2 state between rounds is sealed, and comes back to who it was given to', async () => {
  const round = async (token: string, params: object) => {
    const { body, headers } = modern(['tools/call', { name: 'rounds', arguments: {}, ...params }]);
    return (await post(url, body, { token, headers })).json();
  };
  const { requestState } = (await round(ada, {})).result;
  expect(Buffer.from(requestState, 'base64url').toString('latin1')).not.toContain('round one');
  expect((await round(ada, { requestState })).result.content[0].text).toBe('round one');
  expect((await round(ben, { requestState })).error.code).toBe(-32602);
});
