/** What comes in with a good token, or none, and must not go through. */
import { randomUUID } from 'node:crypto';
import { ENDPOINT, startStack, type TestStack } from '../support/stack';
import { type Answer, post, type Sent, send } from './support/http';
import { call, legacy, type Method, modern } from './support/requests';
import { Forger } from './support/tokens';

jest.setTimeout(30_000);

let running: TestStack;
let forger: Forger;
let url: string;

beforeAll(async () => {
  running = await startStack({ port: 4322 });
  forger = new Forger(running.stack);
  url = running.stack.mcpUrl;
}, 60_000);
afterAll(() => running?.stop());

const LEGACY: Method[] = [
  ['initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'e2e', version: '1' } }],
  ['ping', {}],
  ['tools/list', {}],
  ['tools/call', { name: 'list_notes', arguments: {} }],
  ['prompts/list', {}],
  ['resources/list', {}],
  ['resources/templates/list', {}],
];
const MODERN: Method[] = [
  ['server/discover', {}],
  ['tools/list', {}],
  ['tools/call', { name: 'list_notes', arguments: {} }],
  ['subscriptions/listen', { notifications: {} }],
];

/** Posts as a user with the read scope, or as one with other claims. */
async function as(claims: Record<string, unknown>, body: string | object, headers?: Sent['headers']): Promise<Answer> {
  return post(url, body, { token: await forger.user(claims), headers });
}

const admin = () => ({ scope: forger.scopes('notes:read', 'notes:write'), 'cognito:groups': ['admins'] });
const writer = () => ({ scope: forger.scopes('notes:read', 'notes:write') });

describe('T1 without a token', () => {
  test.each([
    ...LEGACY.map((method) => [method[0], 'legacy', legacy(method)] as const),
    ...MODERN.map((method) => [method[0], 'modern', modern(method)] as const),
  ])('%s (%s) is refused, and allowed with one', async (_method, _era, { headers, body }) => {
    const refused = await post(url, body, { headers });
    expect(refused.status).toBe(401);
    expect(refused.challenge).toMatch(/^Bearer\b/);
    const allowed = await post(url, body, { headers, token: await forger.user() });
    expect(allowed.status).toBe(200);
    expect(allowed.text).not.toContain('"error"');
  });

  test.each(['GET', 'DELETE', 'POST'])('%s is refused whatever the body', async (method) => {
    expect((await send(url, { method })).status).toBe(401);
    expect((await send(url, { method, headers: { authorization: 'Basic YWRhOnNlY3JldA==' } })).status).toBe(401);
  });

  test('a request is refused before its body is looked at', async () => {
    expect((await post(url, '{')).status).toBe(401);
  });
});

describe('with a token', () => {
  test.each(['GET', 'DELETE'])('%s is answered 405: there is no stream and no session', async (method) => {
    const answer = await send(url, { method, headers: { authorization: `Bearer ${await forger.user()}` } });
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('POST');
  });

  test.each(['PUT', 'PATCH', 'OPTIONS', 'HEAD'])('%s has no route', async (method) => {
    const answer = await send(url, { method, headers: { authorization: `Bearer ${await forger.user()}` } });
    expect(answer.status).toBe(404);
  });

  test.each(['/', '/mcp/', '/mcp/x', '/MCP', '/mcp2'])('the path %s is not found', async (path) => {
    const answer = await post(new URL(path, url).href, call('list_notes'), { token: await forger.user() });
    // A REST API takes a slash at the end for the same method, which its authorizer allows at its own path alone.
    expect(answer.status).toBe(ENDPOINT === 'rest' && path === '/mcp/' ? 403 : 404);
  });
});

describe('A4 a missing scope', () => {
  test.each([
    ['legacy', () => legacy(['tools/call', { name: 'add_note', arguments: { title: 't', text: 't' } }])],
    ['modern', () => modern(['tools/call', { name: 'add_note', arguments: { title: 't', text: 't' } }])],
  ])('is a 403 that names all scopes and those held, in header and body (%s)', async (_era, request) => {
    const { headers, body } = request();
    const refused = await as({}, body, headers);
    expect(refused.status).toBe(403);
    const scope = forger.scopes('notes:read', 'notes:write');
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', url).href;
    expect(refused.serverChallenge).toContain('error="insufficient_scope"');
    expect(refused.serverChallenge).toContain(`scope="${scope}"`);
    expect(refused.serverChallenge).toContain(`resource_metadata="${metadata}"`);
    expect(refused.json().error.data).toMatchObject({
      error: 'insufficient_scope',
      scope,
      resource_metadata: metadata,
    });
    expect((await as(writer(), body, headers)).status).toBe(200);
  });
});

describe('T3 what may not be known', () => {
  const unknown = async (name: string, claims = {}) => (await as(claims, call(name))).json().error.message;

  test('a tool no rule names, a tool for another group, and no tool at all answer the same', async () => {
    for (const name of ['drop_table', 'delete_note', 'toString', '__proto__', '']) {
      const { status, challenge, json } = await as(writer(), call(name, { id: 'x' }));
      expect(status).toBe(200);
      expect(challenge).toBe('');
      expect(json().error).toMatchObject({ code: -32602, message: `Tool ${name} not found` });
    }
    const allowed = await as(admin(), call('delete_note', { id: 'none' }));
    expect(allowed.json().result.content[0].text).toContain('There is no note none');
  });

  test('nobody steps up to a group: without the scope too a tool of another group is unknown', async () => {
    expect(await unknown('delete_note')).toBe('Tool delete_note not found');
  });

  test('a machine that claims a group is in none', async () => {
    const token = await forger.machine('importer', { 'cognito:groups': ['admins'] });
    const { json } = await post(url, call('delete_note', { id: 'x' }), { token });
    expect(json().error.message).toBe('Tool delete_note not found');
  });

  test('a resource no rule names is not found, a method nobody knows neither', async () => {
    const { json } = await as({}, legacy(['resources/read', { uri: 'file:///etc/passwd' }]).body);
    expect(json().error).toMatchObject({ code: -32002, message: 'Resource not found' });
    expect((await as({}, legacy(['admin/dump', {}]).body)).json().error.code).toBe(-32601);
  });
});

describe('smuggling', () => {
  const harmless = { 'mcp-method': 'tools/call', 'mcp-name': 'list_notes' };

  const write: Method = ['tools/call', { name: 'add_note', arguments: { title: 't', text: 't' } }];

  test.each([
    ['legacy without a version', { body: legacy(write).body, headers: harmless }],
    ['legacy', { body: legacy(write).body, headers: { ...legacy(write).headers, ...harmless } }],
    ['modern', { body: modern(write).body, headers: { ...modern(write).headers, ...harmless } }],
  ])('headers that name a harmless tool do not carry another one through (%s)', async (_era, { body, headers }) => {
    for (const claims of [{}, writer()]) {
      const refused = await as(claims, body, headers);
      expect(refused.status).toBe(400);
      expect(refused.json().error.code).toBe(-32020);
    }
  });

  test('the same headers pass with the body they name', async () => {
    expect((await as({}, call('list_notes'), harmless)).json().result).toBeDefined();
  });

  test('a batch that hides a forbidden call is refused whole: nothing of it runs', async () => {
    const title = randomUUID();
    const batch = [call('add_note', { title, text: 't' }, 1), call('delete_note', { id: 'x' }, 2)];
    const refused = await as(writer(), batch);
    expect(refused.text).not.toContain('"result"');
    expect(refused.json()).toHaveLength(2);
    expect(JSON.stringify((await as(writer(), call('list_notes'))).json())).not.toContain(title);
  });

  test('a batch that hides a call without its scope is challenged', async () => {
    const refused = await as({}, [call('list_notes', {}, 1), call('add_note', { title: 't', text: 't' }, 2)]);
    expect(refused.status).toBe(403);
    expect(refused.serverChallenge).toContain('insufficient_scope');
  });

  test('a batch of allowed calls passes', async () => {
    const { status, text } = await as({}, [call('list_notes', {}, 1), call('search_notes', { query: 'x' }, 2)]);
    expect(status).toBe(200);
    expect(text.match(/"result"/g)).toHaveLength(2);
  });

  test('a second name in the body does not hide behind the first', async () => {
    const text = JSON.stringify(call('list_notes')).replace('"list_notes"', '"list_notes","name":"delete_note"');
    expect((await as(writer(), text)).json().error.message).toBe('Tool delete_note not found');
  });
});

describe('T5 bounds', () => {
  const padded = (bytes: number) => call('search_notes', { query: 'x', padding: 'x'.repeat(bytes) });

  test.each([
    ['over the limit of the guard', 1024 * 1024],
    ['over the limit of the gateway', 10 * 1024 * 1024],
  ])('a body %s is refused with 413', async (_name, bytes) => {
    expect((await as({}, padded(bytes))).status).toBe(413);
  });

  test('a body within the limit is read', async () => {
    expect((await as({}, padded(900 * 1024))).status).toBe(200);
  });

  test.each([
    [100, 400],
    [400_000, 400],
    [20, 200],
  ])('nesting %i deep is answered %i', async (depth, status) => {
    const text = JSON.stringify(call('search_notes', { query: 'x' })).replace(
      '"query":"x"',
      `"query":"x","deep":${'['.repeat(depth)}${']'.repeat(depth)}`,
    );
    expect((await as({}, text)).status).toBe(status);
  });

  test('more messages than a batch may have are refused', async () => {
    const batch = (size: number) => Array.from({ length: size }, (_, id) => legacy(['ping', {}], id).body);
    expect((await as({}, batch(21))).status).toBe(400);
    expect((await as({}, [])).status).toBe(400);
    expect((await as({}, batch(20))).status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'application/jsonx'])(
    'content of type %s is refused with 415',
    async (type) => {
      expect((await as({}, call('list_notes'), { 'content-type': type })).status).toBe(415);
    },
  );

  test('compressed content is refused with 415', async () => {
    expect((await as({}, call('list_notes'), { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  test.each(['{', '', 'null', '"text"', '{"jsonrpc":"1.0","id":1,"method":"ping"}', '{"id":1}'])(
    'what is no JSON-RPC is refused with 400: %s',
    async (text) => {
      expect((await as({}, text)).status).toBe(400);
    },
  );
});

describe('origin', () => {
  test.each(['https://evil.example.com', 'null', 'http://localhost:1'])('%s may not call', async (origin) => {
    const refused = await as({}, call('list_notes'), { origin });
    expect(refused.status).toBe(403);
    expect(refused.challenge).toBe('');
  });

  test("the server's own may", async () => {
    expect((await as({}, call('list_notes'), { origin: new URL(url).origin })).status).toBe(200);
  });

  test('another Host is refused', async () => {
    expect((await as({}, call('list_notes'), { host: 'evil.example.com' })).status).toBe(403);
  });
});
