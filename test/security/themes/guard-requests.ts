/** The guard: requests that say one thing and do another, and answers that carry what must not leave. */
import type { McpFetch } from '../../../lambda/guard/guard';
import { messagesFrom, type PostOptions, RESOURCE, sign, testGuard, toolCall, userClaims } from '../../support/guard';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

const answers =
  (result: object): McpFetch =>
  async () =>
    Response.json({ jsonrpc: '2.0', id: 1, result });

async function send(
  world: World,
  body: unknown,
  options: PostOptions = {},
  server: McpFetch = answers({ content: [] }),
) {
  let reached: Parameters<McpFetch> | undefined;
  const counting: McpFetch = (request, given) => {
    reached = [request, given];
    return server(request, given);
  };
  const token = await sign(world.keys, userClaims());
  const response = await testGuard(world.keys, counting).post(body, { token, ...options });
  return { response, reached, token };
}

export const REFUSED_REQUESTS: readonly (readonly [string, unknown, PostOptions, number])[] = [
  ['a harmless Mcp-Name over a forbidden call', toolCall('drop_table'), { headers: { 'mcp-name': 'list_notes' } }, 400],
  ['a harmless Mcp-Method over a call', toolCall('list_notes'), { headers: { 'mcp-method': 'ping' } }, 400],
  [
    'an encoded Mcp-Name over another',
    toolCall('read_x'),
    { headers: { 'mcp-name': '=?base64?bGlzdF9ub3Rlcw==?=' } },
    400,
  ],
  [
    'a batch that hides a call beyond its scopes',
    [toolCall('list_notes', {}, 1), toolCall('add_note', {}, 2)],
    {},
    403,
  ],
  ['a batch with one id twice', [toolCall('list_notes'), toolCall('read_x')], {}, 400],
  ['a batch without end', Array.from({ length: 21 }, (_, id) => toolCall('list_notes', {}, id)), {}, 400],
  [
    'nesting without end',
    `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":${'['.repeat(100)}${']'.repeat(100)}}}`,
    {},
    400,
  ],
  ['a body of more than a megabyte', toolCall('list_notes', { a: 'x'.repeat(1_100_000) }), {}, 413],
  [
    'a declared length that is none',
    toolCall('list_notes'),
    { headers: { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' } },
    415,
  ],
  ['a form, which any page may send', 'a=b', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415],
  ['an origin nobody named', toolCall('list_notes'), { headers: { origin: 'https://evil.example' } }, 403],
  ['the null origin', toolCall('list_notes'), { headers: { origin: 'null' } }, 403],
  ['a host that only resolves here', toolCall('list_notes'), { headers: { host: 'evil.example' } }, 403],
];

/** Answered like a tool that is not there. */
export const UNKNOWN_NAMES: readonly (readonly [string, unknown])[] = [
  ['a tool no rule names', toolCall('drop_table')],
  ['a tool of a group', toolCall('delete_note')],
  ['a tool with a name that is a list', toolCall(['list_notes'] as never)],
  ['a call as a notification', { jsonrpc: '2.0', method: 'tools/call', params: { name: 'list_notes' } }],
  ['a method no rule can speak of', { jsonrpc: '2.0', id: 1, method: 'tools/delete', params: { name: 'list_notes' } }],
  [
    'a resource above its prefix',
    { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'notes://note/../x' } },
  ],
  [
    'a subscription to what no rule names',
    { jsonrpc: '2.0', id: 1, method: 'resources/subscribe', params: { uri: 'file:///etc/passwd' } },
  ],
  ['a batch that hides a forbidden call', [toolCall('list_notes', {}, 1), toolCall('drop_table', {}, 2)]],
];

const SECRETS: readonly (readonly [string, string])[] = [
  ['a cloud key', `AKIA${'IOSFODNN7EXAMPLE'}`],
  ['a token', `eyJ${'hbGciOiJSUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2ln`],
  ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIE'],
];

export const guardRequests: Theme = {
  name: 'guard: requests',
  attacks: [
    ...REFUSED_REQUESTS.map(
      ([what, body, options, status]): Attack => ({
        attack: `smuggling: ${what}`,
        expectation: `${status}, server not reached`,
        run: async (world) => {
          const { response, reached } = await send(world, body, options);
          return unless(response.status === status && reached === undefined, `answered ${response.status}`);
        },
      }),
    ),
    ...UNKNOWN_NAMES.map(
      ([what, body]): Attack => ({
        attack: `calling ${what}`,
        expectation: 'as unknown, without a challenge; server not reached',
        run: async (world) => {
          const { response, reached } = await send(world, body);
          const errors = (await messagesFrom(response)).every((message) => message.error !== undefined);
          return firstOf(
            unless(reached === undefined, 'the server was reached'),
            unless(response.headers.get('www-authenticate') === null, 'it was challenged'),
            unless(errors, 'it was answered'),
          );
        },
      }),
    ),
    {
      attack: 'a key given twice, once harmless and once not',
      expectation: 'the server gets what was judged, and not the text',
      run: async (world) => {
        const text =
          '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"drop_table"},"params":{"name":"list_notes"}}';
        const { reached } = await send(world, text);
        const [request, given] = reached ?? [];
        const judged = JSON.stringify(given?.body.parsed ?? '').includes('list_notes');
        return unless(judged && (await request?.text()) === '', 'the server reads it for itself');
      },
    },
    {
      attack: "the tool code reads the caller's token",
      expectation: 'it finds it nowhere',
      run: async (world) => {
        const { reached, token } = await send(world, toolCall('list_notes'), {
          url: `${RESOURCE}?x=1`,
          headers: { cookie: 'a=b' },
        });
        const [request, given] = reached ?? [];
        const everything = JSON.stringify([request?.url, [...(request?.headers ?? [])], given]);
        return unless(
          request !== undefined && !everything.includes(token.slice(0, 40)) && !everything.includes('a=b'),
          'it found it',
        );
      },
    },
    ...SECRETS.map(
      ([what, secret]): Attack => ({
        attack: `a result that carries ${what}, in JSON and in a stream`,
        expectation: 'redacted',
        run: async (world) => {
          const result = { content: [{ type: 'text', text: secret }] };
          const event = `data: ${JSON.stringify({ jsonrpc: '2.0', id: 1, result })}\n\n`;
          const stream: McpFetch = async () =>
            new Response(event, { headers: { 'content-type': 'text/event-stream' } });
          const plain = await send(world, toolCall('list_notes'), {}, answers(result));
          const streamed = await send(world, toolCall('list_notes'), {}, stream);
          const shown = (await plain.response.text()) + (await streamed.response.text());
          return unless(!shown.includes(secret.slice(0, 20)) && shown.includes('[redacted'), 'it left');
        },
      }),
    ),
    {
      attack: 'a tool that fails with a password in its words',
      expectation: 'an id on the wire',
      run: async (world) => {
        const failed = answers({ isError: true, content: [{ type: 'text', text: 'password=hunter2' }] });
        const text = await (await send(world, toolCall('list_notes'), {}, failed)).response.text();
        return unless(!text.includes('hunter2') && text.includes('request-1'), text);
      },
    },
    {
      attack: 'a list of tools that shows what the caller may not call',
      expectation: 'only what its groups allow, cached for nobody else',
      run: async (world) => {
        const tools = ['list_notes', 'add_note', 'delete_note', 'drop_table'].map((name) => ({ name }));
        const server = answers({ tools, cacheScope: 'public' });
        const { response } = await send(world, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, {}, server);
        const [message] = await messagesFrom(response);
        const names = message?.result.tools.map(({ name }: { name: string }) => name).join();
        return unless(names === 'list_notes,add_note' && message?.result.cacheScope === 'private', names);
      },
    },
  ],
};
