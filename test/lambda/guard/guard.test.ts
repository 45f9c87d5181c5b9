/** The whole pipeline around a server that only notes what it was given. */
import type { McpFetch } from '../../../lambda/guard/guard';
import type { Principal } from '../../../lambda/guard/principal';
import { refuse } from '../../../lambda/guard/result';
import {
  type Keys,
  machineClaims,
  makeKeys,
  messagesFrom,
  RESOURCE,
  read,
  sign,
  testGuard,
  toolCall,
  userClaims,
  write,
} from '../../support/guard';

let keys: Keys;
let token: string;
beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
});

function recording(respond: (request: Request) => Response | Promise<Response> = () => answer({ content: [] })) {
  const seen: { request: Request; principal: Principal; parsed: unknown }[] = [];
  const server: McpFetch = async (request, { body, principal }) => {
    seen.push({ request, principal, parsed: body.parsed });
    return respond(request);
  };
  return { seen, server };
}

const answer = (result: object, id: unknown = 1) => Response.json({ jsonrpc: '2.0', id, result });
const resourceMetadata = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"';

describe('who is not known', () => {
  test.each(['initialize', 'server/discover', 'tools/list', 'tools/call', 'ping', 'notifications/initialized'])(
    'T1 gets nothing for %s without a token but where to get one',
    async (method) => {
      const { seen, server } = recording();
      const { post, audits } = testGuard(keys, server);
      const response = await post({ jsonrpc: '2.0', id: 1, method });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe(`Bearer ${resourceMetadata}`);
      expect(seen).toHaveLength(0);
      expect(audits()).toMatchObject([{ decision: 'refuse', reason: 'token_missing', status: 401 }]);
    },
  );

  test('T1 a body is not even parsed without a token', async () => {
    expect((await testGuard(keys, recording().server).post('{')).status).toBe(401);
  });

  test('A2 a bad token is told so, with the metadata, and the same for every fault', async () => {
    const { post, audits } = testGuard(keys, recording().server);
    const bad = await Promise.all([
      sign(keys, userClaims({ aud: 'https://other.example/mcp' })),
      sign(keys, userClaims({ token_use: 'id' })),
      sign(keys, userClaims({ client_id: 'stranger' })),
      'a.b.c',
    ]);
    const seen = new Set<string>();
    for (const forged of bad) {
      const response = await post(toolCall('list_notes'), { token: forged });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain(resourceMetadata);
      seen.add(`${response.headers.get('www-authenticate')} ${await response.text()}`);
    }
    expect(seen.size).toBe(1);
    expect(audits().map(({ reason }) => reason)).toEqual([
      'token_audience',
      'token_use',
      'token_client',
      'token_malformed',
    ]);
  });

  test('A3 a token in the query is refused with a word where it belongs', async () => {
    const response = await testGuard(keys, recording().server).post({}, { url: `${RESOURCE}?access_token=${token}` });
    expect(response.status).toBe(400);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"');
  });

  test('answers 503 and not 401 when the keys cannot be had', async () => {
    const broken = { ...keys, fetcher: async () => new Response('', { status: 500 }) };
    const response = await testGuard(broken, recording().server).post(toolCall('list_notes'), { token });
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    expect(response.headers.get('www-authenticate')).toBeNull();
  });
});

describe('who is known', () => {
  test('T1 passes, and the server learns who it is', async () => {
    const { seen, server } = recording();
    const response = await testGuard(keys, server).post(toolCall('list_notes'), { token });
    expect(response.status).toBe(200);
    expect(seen[0]?.principal).toMatchObject({ kind: 'user', id: 'user-1', scopes: ['notes:read'] });
  });

  test('A14 the server finds the token nowhere', async () => {
    const { seen, server } = recording();
    await testGuard(keys, server).post(toolCall('list_notes'), {
      token,
      headers: { cookie: `t=${token}`, 'proxy-authorization': token },
      url: `${RESOURCE}?access_token=${token}`,
    });
    const { request, principal, parsed } = seen[0]!;
    const everything = JSON.stringify([request.url, [...request.headers], principal, parsed]);
    expect(everything).not.toContain(token.split('.')[2]);
    expect(everything).not.toContain(token.slice(0, 30));
  });

  test('A3 a token is verified once and still ends when it expires', async () => {
    let now = Date.now();
    const { post, audits } = testGuard(keys, recording().server, { clock: () => now });
    const short = await sign(keys, userClaims({ exp: Math.floor(now / 1000) + 60 }));
    expect((await post(toolCall('list_notes'), { token: short })).status).toBe(200);
    now += 59_000;
    expect((await post(toolCall('list_notes'), { token: short })).status).toBe(200);
    now += 2_000;
    expect((await post(toolCall('list_notes'), { token: short })).status).toBe(401);
    expect(audits().at(-1)).toMatchObject({ reason: 'token_expired' });
  });

  test('A11 a revoked grant is refused as an invalid token', async () => {
    const revoked = testGuard(keys, recording().server, { revocation: () => refuse({ reason: 'grant_revoked' }) });
    const response = await revoked.post(toolCall('list_notes'), { token });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
  });
});

describe('scopes', () => {
  test('A4 a missing scope is 403 with a challenge that names what is needed and held; the body says the same', async () => {
    const response = await testGuard(keys, recording().server).post(toolCall('add_note'), { token });
    expect(response.status).toBe(403);
    const header = response.headers.get('www-authenticate') ?? '';
    expect(header).toContain('error="insufficient_scope"');
    expect(header).toContain(`scope="${read} ${write}"`);
    expect(header).toContain(resourceMetadata);
    const [message] = await messagesFrom(response);
    expect(message).toMatchObject({
      id: 1,
      error: { data: { error: 'insufficient_scope', scope: `${read} ${write}` } },
    });
  });

  test('A13 a machine that lacks a scope is told so too', async () => {
    const machine = await sign(keys, machineClaims());
    expect((await testGuard(keys, recording().server).post(toolCall('add_note'), { token: machine })).status).toBe(403);
  });

  test('T3 a missing group and a missing rule look like a tool that is not there', async () => {
    const { post } = testGuard(keys, recording().server);
    const bodies = [];
    for (const name of ['delete_note', 'drop_table', 'never_existed']) {
      const response = await post(toolCall(name), { token });
      expect(response.status).toBe(200);
      expect(response.headers.get('www-authenticate')).toBeNull();
      bodies.push((await response.text()).replace(name, '?'));
    }
    expect(new Set(bodies).size).toBe(1);
  });
});

describe('smuggling', () => {
  test('T3 a header that names something harmless does not help', async () => {
    const { seen, server } = recording();
    const { post } = testGuard(keys, server);
    const response = await post(toolCall('add_note'), {
      token,
      headers: { 'mcp-method': 'tools/list', 'mcp-name': 'list_notes' },
    });
    expect(response.status).toBe(400);
    expect((await messagesFrom(response))[0]).toMatchObject({ error: { code: -32020 } });
    expect(seen).toHaveLength(0);
  });

  test('T3 a batch that hides a forbidden call is refused whole', async () => {
    const { seen, server } = recording();
    const { post, audits } = testGuard(keys, server);
    const response = await post([toolCall('list_notes', {}, 1), toolCall('drop_table', {}, 2)], { token });
    expect(await messagesFrom(response)).toMatchObject([
      { id: 1, error: {} },
      { id: 2, error: {} },
    ]);
    expect(seen).toHaveLength(0);
    expect(audits().map(({ reason }) => reason)).toEqual(['batch_refused', 'no_rule']);
  });

  test('T3 a batch that hides a call beyond its scopes is challenged', async () => {
    const response = await testGuard(keys, recording().server).post(
      [toolCall('list_notes', {}, 1), toolCall('add_note', {}, 2)],
      { token },
    );
    expect(response.status).toBe(403);
  });

  test('T3 the server gets the parsed body that was judged, so a repeated key cannot mean two things', async () => {
    const { seen, server } = recording();
    const text =
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"drop_table"},"params":{"name":"list_notes"}}';
    expect((await testGuard(keys, server).post(text, { token })).status).toBe(200);
    expect(seen[0]?.parsed).toMatchObject({ params: { name: 'list_notes' } });
    expect(await seen[0]!.request.text()).toBe('');
  });
});

describe('what goes wrong inside', () => {
  test('T9 a server that throws is an id on the wire and a story in the log', async () => {
    const { post, records } = testGuard(keys, async () => {
      throw new Error('password=hunter2');
    });
    const response = await post(toolCall('list_notes'), { token });
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(text).not.toContain('hunter2');
    expect(JSON.parse(text)).toMatchObject({ id: 1, error: { data: { errorId: 'request-1' } } });
    expect(records).toContainEqual(expect.objectContaining({ type: 'error', requestId: 'request-1' }));
  });

  test.each([
    ['an HTML page', new Response('<h1>nginx</h1>', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['an HTML page that says 200', new Response('<h1>nginx</h1>', { headers: { 'content-type': 'text/html' } })],
    ['an error in JSON', Response.json({ trace: 'nginx' }, { status: 500 })],
  ])('T9 %s from the server is replaced', async (_name, response) => {
    const replaced = await testGuard(keys, async () => response).post(toolCall('list_notes'), { token });
    expect(replaced.status).toBe(500);
    expect(await replaced.text()).not.toContain('nginx');
  });

  test('T9 headers that tell of the server are taken off', async () => {
    const { server } = recording(() => {
      const response = answer({ content: [] });
      response.headers.set('server', 'nginx/1.2');
      response.headers.set('x-powered-by', 'Express');
      response.headers.set('set-cookie', 'a=b');
      return response;
    });
    const response = await testGuard(keys, server).post(toolCall('list_notes'), { token });
    expect([...response.headers.keys()]).toEqual(['content-type']);
  });

  test('T8 a call that takes too long is answered before the platform ends it, and its work is cancelled', async () => {
    let signal: AbortSignal | undefined;
    const { server } = recording((request) => {
      signal = request.signal;
      return new Promise(() => {});
    });
    const response = await testGuard(keys, server).post(toolCall('list_notes'), { token, remainingMs: 510 });
    expect(response.status).toBe(504);
    expect(signal?.aborted).toBe(true);
  });

  test('T8 work is cancelled when the client goes, and not after it is done', async () => {
    const client = new AbortController();
    const signals: AbortSignal[] = [];
    const { server } = recording((request) => {
      signals.push(request.signal);
      return answer({ content: [] });
    });
    await (await testGuard(keys, server).post(toolCall('list_notes'), { token, disconnected: client.signal })).text();
    client.abort();
    expect(signals[0]?.aborted).toBe(false);
    const stuck = new AbortController();
    const { server: slow } = recording((request) => {
      signals.push(request.signal);
      stuck.abort();
      return new Promise(() => {});
    });
    void testGuard(keys, slow).post(toolCall('list_notes'), { token, disconnected: stuck.signal });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(signals[1]?.aborted).toBe(true);
  });
});

describe('the audit', () => {
  test('O6 has one record per decision: who, client, what, outcome, size; never arguments, tokens or results', async () => {
    const { server } = recording(() => answer({ content: [{ type: 'text', text: 'my diary' }] }));
    const { post, audits, records } = testGuard(keys, server);
    await (await post(toolCall('read_note', { id: 'secret-argument' }), { token })).text();
    expect(audits()).toMatchObject([
      {
        server: 'notes',
        requestId: 'request-1',
        principal: { kind: 'user', id: 'user-1' },
        client: 'user-client',
        method: 'tools/call',
        name: 'read_note',
        decision: 'allow',
        outcome: 'ok',
        status: 200,
      },
    ]);
    expect(audits()[0]?.requestBytes).toBeGreaterThan(50);
    expect(audits()[0]?.responseBytes).toBeGreaterThan(50);
    const everything = JSON.stringify(records);
    for (const kept of ['secret-argument', 'my diary', token]) expect(everything).not.toContain(kept);
  });

  test('O6 cuts what a caller wrote, so that no record is too long for the log', async () => {
    const guarded = testGuard(keys, recording().server);
    await guarded.post({ jsonrpc: '2.0', id: 1, method: 'm'.repeat(100_000) }, { token });
    expect(JSON.stringify(guarded.records[0]).length).toBeLessThan(2_000);
  });

  test('O6 has a record for every message of a batch, with its own outcome', async () => {
    const { server } = recording(() =>
      Response.json([
        { jsonrpc: '2.0', id: 2, result: { isError: true, content: [] } },
        { jsonrpc: '2.0', id: 1, result: { content: [] } },
      ]),
    );
    const { post, audits } = testGuard(keys, server);
    await (await post([toolCall('list_notes', {}, 1), toolCall('read_note', {}, 2)], { token })).text();
    expect(audits()).toMatchObject([
      { name: 'list_notes', outcome: 'ok' },
      { name: 'read_note', outcome: 'error' },
    ]);
  });

  test('O6 counts what was redacted by class', async () => {
    const { server } = recording(() => answer({ content: [{ type: 'text', text: `ghp_${'a'.repeat(36)}` }] }));
    const { post, audits } = testGuard(keys, server);
    expect(await (await post(toolCall('list_notes'), { token })).text()).toContain('[redacted: github_token]');
    expect(audits()[0]?.redactions).toEqual({ github_token: 1 });
  });

  test('O6 records a stream when it has ended', async () => {
    const event = `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result: { content: [] } })}\n\n`;
    const { server } = recording(() => new Response(event, { headers: { 'content-type': 'text/event-stream' } }));
    const { post, audits } = testGuard(keys, server);
    const response = await post(toolCall('list_notes'), { token });
    await response.text();
    expect(audits()).toMatchObject([{ decision: 'allow', outcome: 'ok' }]);
  });
});

test.each(['GET', 'DELETE', 'PUT'])('%s is 405: there is no stream to open and no session to end', async (method) => {
  const response = await testGuard(keys, recording().server).post(undefined, { token, method });
  expect(response.status).toBe(405);
  expect(response.headers.get('allow')).toBe('POST');
});

test('T9 what a server says with a status of 500 is replaced, whatever it looks like', async () => {
  const body = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'at /var/task/index.js' }] } };
  const { server } = recording(() => Response.json(body, { status: 500 }));
  const response = await testGuard(keys, server).post(toolCall('read_note'), { token });
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('/var/task');
});
