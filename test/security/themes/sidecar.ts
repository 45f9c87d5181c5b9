/** The guard as a container in front of a foreign server: callers who want to be somebody else there, and servers that misbehave. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { type ForeignServer, startForeignServer } from '../../support/foreign-server';
import { sign, toolCall, userClaims } from '../../support/guard';
import { CRLF, head, type Listener, pause, sent, whole } from '../../support/listener';
import { startSidecar, type TestSidecar } from '../../support/sidecar';
import { until } from '../../support/until';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';
import type { World } from '../world';

interface Front {
  readonly at: Listener;
  readonly sidecar: TestSidecar;
}

async function front(world: World, upstream: string, claims: object = {}): Promise<Front> {
  const sidecar = await startSidecar({ keys: world.keys, upstream, timeoutMs: 1_500 });
  const token = await sign(world.keys, userClaims({ ...claims }));
  return { sidecar, at: { port: sidecar.port, token } as Listener };
}

/** Against an honest server that writes down what it was sent. */
function caller(
  attack: string,
  expectation: string,
  bytes: (at: Listener) => string,
  judge: (foreign: ForeignServer, text: string) => string | undefined,
  claims = {},
): Attack {
  return {
    attack,
    expectation,
    async run(world) {
      const foreign = await startForeignServer();
      const { at, sidecar } = await front(world, foreign.url, claims);
      try {
        const made = await sent(at, bytes(at));
        await pause(60);
        return judge(foreign, made.text());
      } finally {
        await sidecar.close();
        await foreign.close();
      }
    },
  };
}

const callsOf = ({ requests }: ForeignServer) => requests.filter(({ body }) => body.includes('tools/call'));

/** Held where the call arrives as that of its caller, with every header of the guard once. */
function isAda(foreign: ForeignServer): string | undefined {
  const [call, ...more] = callsOf(foreign);
  if (call === undefined) return 'the honest call did not arrive';
  const names = call.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const ofPrincipal = names.filter((name) => name.replaceAll('_', '-').includes('principal')).sort();
  return firstOf(
    unless(more.length === 0, 'it arrived more than once'),
    unless(call.headers['x-mcp-principal-id'] === 'user-1', `it is of ${call.headers['x-mcp-principal-id']}`),
    unless(
      call.headers['x-mcp-principal-groups'] === '',
      `it has the groups ${call.headers['x-mcp-principal-groups']}`,
    ),
    unless(ofPrincipal.join() === [...new Set(ofPrincipal)].join() && ofPrincipal.length === 5, `sent ${ofPrincipal}`),
  );
}

const SPOOFS: readonly (readonly [string, Record<string, string | readonly string[]>])[] = [
  ['the header of the id', { 'x-mcp-principal-id': 'root' }],
  ['in capitals', { 'X-MCP-PRINCIPAL-ID': 'root' }],
  ['twice', { 'x-mcp-principal-id': ['root', 'root'] }],
  ['with underscores', { x_mcp_principal_id: 'root', 'X_Mcp-Principal_Groups': 'admins' }],
  ['the groups', { 'x-mcp-principal-groups': 'admins' }],
  ['a header that does not exist yet', { 'x-mcp-principal-tenant': 'all', 'x-mcp-principal': 'root' }],
  ['Connection names the guard’s headers', { connection: 'close, x-mcp-principal-id, x-mcp-principal-groups' }],
  ['headers of a proxy', { 'x-forwarded-user': 'root', 'x-remote-user': 'root', 'x-amzn-oidc-identity': 'root' }],
  ['folded into another header', { 'mcp-name': 'list_notes', 'mcp-principal-id': 'root' }],
];

const PATHS = [
  '/admin',
  '/mcp/../admin',
  '//evil.example/mcp',
  '/mcp%2f..%2fadmin',
  '/mcp;x=1',
  'http://evil.example/mcp',
  '/mcp?debug=1',
];

const CALL = JSON.stringify(toolCall('list_notes'));
const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}${CRLF}${text}${CRLF}0${CRLF}${CRLF}`;
const SMUGGLED = `POST /mcp HTTP/1.1${CRLF}Host: x${CRLF}x-mcp-principal-id: root${CRLF}Content-Length: 2${CRLF}${CRLF}{}`;

const once = (foreign: ForeignServer) =>
  unless(
    callsOf(foreign).length <= 1 && foreign.requests.every(({ headers }) => headers['x-mcp-principal-id'] === 'user-1'),
    'a request of another got through',
  );

const CALLERS: readonly Attack[] = [
  ...SPOOFS.map(([what, headers]) =>
    caller(
      `who calls, by the caller: ${what}`,
      'the server is told who it is',
      (at) => whole(at, CALL, headers),
      (foreign) => {
        const spoilt = firstOf(
          isAda(foreign),
          unless(!JSON.stringify(callsOf(foreign)).includes('root'), 'the name got through'),
        );
        return what.startsWith('folded')
          ? unless(callsOf(foreign)[0]?.headers['x-mcp-principal-id'] === 'user-1', 'not the caller')
          : spoilt;
      },
    ),
  ),
  caller(
    'a subject with line breaks and another header in it',
    'it is one value',
    (at) => whole(at, CALL),
    (foreign) => {
      const { headers } = callsOf(foreign)[0] ?? { headers: {} };
      return firstOf(
        unless(
          headers['x-mcp-principal-id'] === 'a%0D%0Ax-mcp-principal-groups:%20admins',
          `sent ${headers['x-mcp-principal-id']}`,
        ),
        unless(headers['x-mcp-principal-groups'] === 'a%2Cadmins', `groups ${headers['x-mcp-principal-groups']}`),
      );
    },
    { sub: 'a\r\nx-mcp-principal-groups: admins', 'cognito:groups': ['a,admins'] },
  ),
  caller(
    'credentials of the caller',
    'none reaches the server',
    (at) => whole(at, CALL, { cookie: 'sid=secret-1', 'proxy-authorization': 'Basic secret-2' }),
    (foreign) =>
      unless(
        foreign.requests.length > 0 && !/secret-|Bearer|eyJ/.test(JSON.stringify(foreign.requests)),
        'a credential got through',
      ),
  ),
  ...PATHS.map((path) =>
    caller(
      `the path ${path}`,
      'the server is asked at its own path alone',
      (at) => head(at, { 'content-length': String(CALL.length) }, `POST ${path} HTTP/1.1`) + CALL,
      (foreign) =>
        unless(
          foreign.requests.every(({ url }) => url === '/mcp'),
          `asked at ${foreign.requests.map(({ url }) => url)}`,
        ),
    ),
  ),
  caller(
    'a length and chunks at once',
    'nothing reaches the server',
    (at) => head(at, { 'content-length': '4', 'transfer-encoding': 'chunked' }) + chunked(CALL) + SMUGGLED,
    (foreign) => unless(foreign.requests.length === 0, 'it did'),
  ),
  caller('a request hidden behind a body', 'it is not the caller’s', (at) => whole(at, CALL) + SMUGGLED, once),
  caller(
    'a request in a chunk extension',
    'it is not taken for one',
    (at) =>
      head(at, { 'transfer-encoding': 'chunked' }) +
      chunked(CALL).replace(CRLF, `;x=${'a'.repeat(30)}${CRLF}`) +
      SMUGGLED,
    once,
  ),
  caller(
    'a name said twice in the body',
    'the server reads what was judged',
    (at) => whole(at, CALL.replace('"name":"list_notes"', '"name":"drop_table","name":"list_notes"')),
    (foreign) =>
      firstOf(
        unless(!JSON.stringify(foreign.requests).includes('drop_table'), 'the other name got through'),
        unless(foreign.calls.join() === 'list_notes', `called ${foreign.calls}`),
      ),
  ),
  caller(
    'a name that says it differently to another parser',
    'the server reads what was judged',
    (at) => whole(at, CALL.replace('"list_notes"', '"list_notes","\\u006eame":"drop_table"')),
    (foreign) => unless(foreign.calls.length === 0, `called ${foreign.calls}`),
  ),
  caller(
    'headers name a harmless tool, the body another',
    'refused',
    (at) => whole(at, toolCall('delete_note'), { 'mcp-method': 'tools/call', 'mcp-name': 'list_notes' }),
    (foreign, text) =>
      firstOf(unless(foreign.calls.length === 0, 'called'), unless(text.includes(' 400 '), 'not refused')),
  ),
  caller(
    'a number that another language reads differently',
    'refused in words',
    (at) => whole(at, CALL.replace('{}', '{"count":9007199254740993}')),
    (foreign, text) =>
      firstOf(
        unless(foreign.calls.length === 0, 'called with another number'),
        unless(text.includes('send it as text'), 'not refused'),
      ),
  ),
  caller(
    'the session of somebody else at the server',
    'it is not named there',
    (at) => whole(at, CALL, { 'mcp-session-id': 'theirs', mcp_session_id: 'theirs' }),
    (foreign) => unless(foreign.requests.length > 0 && !JSON.stringify(foreign.requests).includes('theirs'), 'it was'),
  ),
  caller(
    'tools that the caller may not see',
    'they are not listed',
    (at) => whole(at, { jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    (_foreign, text) =>
      unless(text.includes('list_notes') && !text.includes('drop_table') && !text.includes('delete_note'), 'they are'),
  ),
  caller(
    'what the server says of itself',
    'no cookie and no version leaves',
    (at) => whole(at, CALL),
    (_foreign, text) => unless(text.includes('200 OK') && !/set-cookie|secret\/1\.0/i.test(text), 'it left'),
  ),
];

/** Against a server that answers a call with these bytes, and everything else honestly. */
function server(
  attack: string,
  expectation: string,
  answer: (socket: Socket) => void,
  judge: (text: string, front: Front) => string | undefined,
): Attack {
  return {
    attack,
    expectation,
    async run(world) {
      const tcp = createServer((socket) => {
        socket.on('error', () => {});
        let received = '';
        socket.on('data', (chunk) => {
          received += chunk.toString('latin1');
          if (received.includes('"tools/call"')) answer(socket);
          else if (received.includes('"tools/list"')) socket.write(json(LIST));
          if (received.includes('"tools/')) received = '';
        });
      });
      await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
      const made = await front(world, `http://127.0.0.1:${(tcp.address() as AddressInfo).port}/mcp`);
      try {
        const reply = await sent(made.at, whole(made.at, CALL), 3_000);
        // The head of a stream is sent before what is in it.
        const waits = () => /event-stream/.test(reply.text()) && !/data:/.test(reply.text());
        await until(async () => !waits(), 3_000).catch(() => {});
        await pause(50);
        return judge(reply.text(), made);
      } finally {
        await made.sidecar.close();
        end(tcp);
      }
    },
  };
}

const end = (tcp: Server) => tcp.close().unref();
const LIST = { jsonrpc: '2.0', id: 0, result: { tools: [{ name: 'list_notes', inputSchema: { type: 'object' } }] } };

function json(value: unknown, status = '200 OK', more = ''): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `HTTP/1.1 ${status}${CRLF}Content-Type: application/json${CRLF}${more}Content-Length: ${Buffer.byteLength(text)}${CRLF}${CRLF}${text}`;
}

const RESULT = { jsonrpc: '2.0', id: 1, result: { content: [{ type: 'text', text: 'fine' }] } };
const SECRET = 'canary-at-/srv/app.py:12';

const status = (text: string) => Number(/HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);

/** Held where the caller gets this status, and nothing that the server said. */
function onlyStatus(...statuses: readonly number[]) {
  return (text: string) =>
    firstOf(
      unless(statuses.includes(status(text)), `answered ${status(text)}`),
      unless(!/canary|location|www-auth|set-cookie|evil/i.test(text), 'what the server said got through'),
    );
}

const writes = (bytes: string) => (socket: Socket) => void socket.write(bytes);

const SERVERS: readonly Attack[] = [
  ...['301 Moved', '302 Found', '303 See Other', '307 Temporary Redirect', '308 Permanent Redirect'].map((line) =>
    server(
      `the server redirects: ${line}`,
      '500, followed nowhere',
      writes(json(RESULT, line, `Location: http://evil.example/${CRLF}`)),
      onlyStatus(500),
    ),
  ),
  ...['401 Unauthorized', '403 Forbidden', '407 Proxy Authentication Required'].map((line) =>
    server(
      `the server asks for credentials: ${line}`,
      '500, no challenge of another',
      writes(json(RESULT, line, `WWW-Authenticate: Basic realm=canary${CRLF}`)),
      onlyStatus(500),
    ),
  ),
  server('the server speaks no HTTP', '500', writes(`${SECRET}${CRLF}${CRLF}`), onlyStatus(500)),
  server('the server answers what is no JSON', '500, nothing of it', writes(json(SECRET)), (text) =>
    firstOf(
      unless(!text.includes('canary'), 'it got through'),
      unless(text.includes('Internal error'), text.slice(0, 80)),
    ),
  ),
  server(
    'the server fails with a stack',
    '500, nothing of it',
    writes(
      `HTTP/1.1 500 Oops${CRLF}Content-Type: text/html${CRLF}Content-Length: ${SECRET.length}${CRLF}${CRLF}${SECRET}`,
    ),
    onlyStatus(500),
  ),
  server(
    'the server refuses with a page',
    '400, nothing of it',
    writes(
      `HTTP/1.1 400 Bad${CRLF}Content-Type: text/html${CRLF}Content-Length: ${SECRET.length}${CRLF}${CRLF}${SECRET}`,
    ),
    onlyStatus(400),
  ),
  server(
    'the server closes before it answers',
    '503, come again',
    (socket) => socket.destroy(),
    (text) => firstOf(onlyStatus(503)(text), unless(/retry-after: 5/i.test(text), 'it does not say when')),
  ),
  server(
    'the server closes in the middle of its answer',
    '503, nothing of it',
    (socket) => socket.end(json(RESULT).replace('Content-Length: ', 'Content-Length: 9')),
    onlyStatus(503),
  ),
  server(
    'the server closes in the middle of its headers',
    '503 or 500',
    (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-'),
    onlyStatus(503, 500),
  ),
  server('the server never answers', '504 in time', () => {}, onlyStatus(504)),
  server(
    'the server drips',
    '504 in time',
    (socket) => {
      socket.write(`HTTP/1.1 200 OK${CRLF}Content-Type: application/json${CRLF}Content-Length: 9999${CRLF}${CRLF}`);
      const timer = setInterval(() => socket.write(' '), 50);
      socket.on('close', () => clearInterval(timer));
    },
    onlyStatus(504),
  ),
  server(
    'the server answers without an end',
    'the result is too large',
    (socket) => {
      socket.write(
        `HTTP/1.1 200 OK${CRLF}Content-Type: application/json${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}`,
      );
      const piece = `100000${CRLF}${' '.repeat(0x100000)}${CRLF}`;
      for (let n = 0; n < 8; n++) socket.write(piece);
    },
    (text) => unless(text.includes('The result is too large'), text.slice(0, 200)),
  ),
  server(
    'the server answers compressed',
    '500',
    writes(json(RESULT, '200 OK', `Content-Encoding: gzip${CRLF}`)),
    onlyStatus(500),
  ),
  server(
    'the server accepts and says nothing',
    '500',
    writes(`HTTP/1.1 202 Accepted${CRLF}Content-Length: 0${CRLF}${CRLF}`),
    onlyStatus(500),
  ),
  server(
    'the server answers another request',
    'nothing of it',
    writes(json({ ...RESULT, id: 2, result: { secret: SECRET } })),
    (text) =>
      firstOf(
        unless(!text.includes('canary'), 'it got through'),
        unless(text.includes('Internal error'), text.slice(0, 200)),
      ),
  ),
  server(
    'the server answers twice',
    'one answer',
    writes(json(RESULT) + json({ ...RESULT, result: { secret: SECRET } })),
    (text) =>
      firstOf(
        unless(status(text) === 200, `answered ${status(text)}`),
        unless(!text.includes('canary'), 'the other got through'),
      ),
  ),
  server(
    'the server switches protocols',
    '500 or 503',
    writes(
      `HTTP/1.1 101 Switching Protocols${CRLF}Upgrade: websocket${CRLF}Connection: upgrade${CRLF}${CRLF}${SECRET}`,
    ),
    onlyStatus(500, 503),
  ),
  server(
    'the server sends headers without an end',
    '500',
    writes(`HTTP/1.1 200 OK${CRLF}${`X-A: ${'a'.repeat(1_000)}${CRLF}`.repeat(100)}${CRLF}`),
    onlyStatus(500),
  ),
  server(
    'the server begins a session nobody keeps',
    'its id stays behind',
    writes(json(RESULT, '200 OK', `Mcp-Session-Id: canary${CRLF}`)),
    (text) =>
      firstOf(unless(status(text) === 200, `answered ${status(text)}`), unless(!text.includes('canary'), 'it left')),
  ),
  server(
    'a tool fails with what it knows',
    'an error id',
    writes(json({ ...RESULT, result: { isError: true, content: [{ type: 'text', text: SECRET }] } })),
    (text) =>
      firstOf(
        unless(!text.includes('canary'), 'it got through'),
        unless(text.includes('The tool failed'), text.slice(0, 200)),
      ),
  ),
  server(
    'a stream that breaks',
    'an error for the call that waits',
    (socket) => {
      socket.write(
        `HTTP/1.1 200 OK${CRLF}Content-Type: text/event-stream${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}`,
      );
      setTimeout(() => socket.destroy(), 30);
    },
    (text) => unless(text.includes('Internal error'), text.slice(0, 200)),
  ),
];

export const sidecarTheme: Theme = { name: 'guard: in front of a server', attacks: [...CALLERS, ...SERVERS] };
