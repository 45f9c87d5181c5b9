/** The guard on a port: peers that are slow, many, ambiguous, or gone. */
import { modern, toolCall } from '../../support/guard';
import {
  CRLF,
  connection,
  head,
  type Listener,
  type ListenerOptions,
  pause,
  sent,
  startListener,
  whole,
} from '../../support/listener';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';

type Run = (listener: Listener) => Promise<string | undefined>;

/** An attack on a listener of its own, which must answer an honest call when it is over. */
function on(attack: string, expectation: string, run: Run, options: ListenerOptions = {}): Attack {
  return {
    attack,
    expectation,
    async run(world) {
      const listener = await startListener(world.keys, options);
      try {
        const outcome = await run(listener);
        const after = await (await sent(listener, whole(listener))).answers(1);
        return outcome ?? unless(after[0] === 200, `an honest call was answered ${after[0]} afterwards`);
      } finally {
        await listener.close();
      }
    },
  };
}

/** One request that must be answered so, once, without any tool. */
function refused(what: string, statuses: readonly number[], bytes: (listener: Listener) => string | Buffer): Attack {
  return on(what, `${statuses.join(' or ')}, no tool begun`, async (listener) => {
    const made = await sent(listener, bytes(listener));
    await pause(30);
    const answered = made.statuses();
    return firstOf(
      unless(answered.length === 1 && statuses.includes(answered[0]!), `answered ${answered.join()}`),
      unless(listener.calls.begun === 0, 'a tool was begun'),
    );
  });
}

const CALL = JSON.stringify(toolCall('list_notes'));
const chunked = (text: string) => `${Buffer.byteLength(text).toString(16)}${CRLF}${text}${CRLF}0${CRLF}${CRLF}`;
const length = String(Buffer.byteLength(CALL));

const AMBIGUOUS: readonly Attack[] = [
  refused('a length and chunks at once', [400], (at) =>
    [head(at, { 'content-length': '4', 'transfer-encoding': 'chunked' }), chunked(CALL)].join(''),
  ),
  refused(
    'two lengths',
    [400],
    (at) => head(at, { 'content-length': [length, String(Number(length) + 40)] }) + CALL + whole(at),
  ),
  refused('a length with a sign', [400], (at) => head(at, { 'content-length': `+${length}` }) + CALL),
  refused('a negative length', [400], (at) => head(at, { 'content-length': '-1' }) + CALL),
  refused('a length in hexadecimal', [400], (at) => head(at, { 'content-length': '0x10' }) + CALL),
  refused('a list of lengths', [400], (at) => head(at, { 'content-length': `${length}, ${length}` }) + CALL),
  refused(
    'chunks under another name',
    [400],
    (at) => head(at, { 'content-length': length, 'transfer-encoding': 'xchunked' }) + CALL,
  ),
  refused(
    'chunks, then something else',
    [400],
    (at) => head(at, { 'transfer-encoding': 'chunked, identity' }) + chunked(CALL),
  ),
  refused(
    'a space before the colon of the encoding',
    [400],
    (at) => `${head(at).slice(0, -2)}Transfer-Encoding : chunked${CRLF}${CRLF}${chunked(CALL)}`,
  ),
  refused(
    'a chunk size with letters that are none',
    [400],
    (at) => `${head(at, { 'transfer-encoding': 'chunked' })}zz${CRLF}${CALL}${CRLF}0${CRLF}${CRLF}`,
  ),
  refused('lines ended by a bare line feed', [400], (at) => whole(at).replaceAll(CRLF, '\n')),
  refused('a header over two lines', [400], (at) =>
    whole(at, CALL, { 'x-folded': `a${CRLF} authorization: Bearer x` }),
  ),
  refused('a zero byte in a header', [400], (at) => whole(at, CALL, { 'x-zero': 'a\0b' })),
  refused('no Host', [400], (at) => whole(at, CALL, { host: undefined })),
  refused('two Hosts', [400, 403], (at) => whole(at, CALL, { host: ['mcp.example.com', 'evil.example'] })),
  refused('two Hosts, the other way round', [400, 403], (at) =>
    whole(at, CALL, { host: ['evil.example', 'mcp.example.com'] }),
  ),
  refused('two tokens in two headers', [401], (at) =>
    whole(at, CALL, { authorization: [`Bearer ${at.token}`, 'Bearer a.b.c'] }),
  ),
  refused('two tokens, the other way round', [401], (at) =>
    whole(at, CALL, { authorization: ['Bearer a.b.c', `Bearer ${at.token}`] }),
  ),
  refused('two content types', [415], (at) => whole(at, CALL, { 'content-type': ['application/json', 'text/plain'] })),
  refused('two names in two headers', [400], (at) => whole(at, CALL, { 'mcp-name': ['list_notes', 'drop_table'] })),
  refused('two methods in two headers', [400], (at) => whole(at, CALL, { 'mcp-method': ['tools/call', 'ping'] })),
  refused('two origins', [403], (at) =>
    whole(at, CALL, { origin: ['https://app.example.com', 'https://evil.example'] }),
  ),
  on('a tunnel', 'closed without an answer', async (listener) => {
    const { socket, closed, text } = await connection(listener);
    socket.write(head(listener, {}, 'CONNECT evil.example:443 HTTP/1.1'));
    return unless((await closed()) && text() === '', 'it is open');
  }),
  refused('a trace', [400, 405], (at) => head(at, {}, 'TRACE /mcp HTTP/1.1')),
  refused('a method of no protocol', [400], (at) => head(at, {}, 'CALL /mcp HTTP/1.1')),
  refused('a protocol that is none', [400], (at) => head(at, {}, 'POST /mcp HTTP/9.9')),
  refused('TLS where none is spoken', [400], () => Buffer.from('16030100ca010000c60303', 'hex')),
  refused('headers without end', [431], (at) => whole(at, CALL, { 'x-many': 'a'.repeat(40_000) })),
  refused('an expectation that is none', [417], (at) => whole(at, CALL, { expect: '200-maybe' })),
  refused('an upgrade instead of an answer', [401], (at) =>
    whole(at, CALL, { authorization: undefined, connection: 'upgrade', upgrade: 'websocket' }),
  ),
];

const METHODS = ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'GET'].map((method) =>
  refused(`${method} with a call in it`, [405], (at) =>
    head(at, { 'content-length': length }, `${method} /mcp HTTP/1.1`).concat(CALL),
  ),
);

/** The address decides nothing: what is refused without a token is refused there too. */
const ADDRESSES = [
  'http://evil.example/mcp',
  '/mcp/../admin',
  '/%6dcp',
  '//evil.example/mcp',
  '/mcp;a=b',
  '/mcp%00',
  '*',
  '/.well-known/../mcp',
].map((target) =>
  refused(`the address ${target} without a token`, [400, 401], (at) =>
    head(at, { authorization: undefined, 'content-length': length }, `POST ${target} HTTP/1.1`).concat(CALL),
  ),
);

const SLOW: readonly Attack[] = [
  on(
    'headers a letter at a time',
    'cut off after the time for headers',
    async (listener) => {
      const { socket, closed } = await connection(listener);
      const drip = setInterval(() => socket.write('x'), 20);
      socket.write(`POST /mcp HTTP/1.1${CRLF}x-slow: `);
      const cut = await closed(2_500);
      clearInterval(drip);
      socket.destroy();
      return unless(cut, 'still connected');
    },
    { bounds: { headersMs: 200 } },
  ),
  on(
    'connections that say nothing',
    'cut off after the time for headers',
    async (listener) => {
      const made = await Promise.all(Array.from({ length: 50 }, () => connection(listener)));
      const cut = await Promise.all(made.map(({ closed }) => closed(2_500)));
      for (const { socket } of made) socket.destroy();
      return unless(!cut.includes(false), `${cut.filter((each) => !each).length} still connected`);
    },
    { bounds: { headersMs: 200 } },
  ),
  on(
    'a body a letter at a time',
    '408 after the time for bodies, no tool begun',
    async (listener) => {
      const { socket, answers } = await connection(listener);
      socket.write(head(listener, { 'content-length': length }));
      const drip = setInterval(() => socket.write(' '), 20);
      const statuses = await answers(1, 2_000);
      clearInterval(drip);
      socket.destroy();
      const audited = listener.audits().some(({ reason }) => reason === 'body_incomplete');
      return firstOf(
        unless(statuses[0] === 408, `answered ${statuses.join()}`),
        unless(audited, 'nobody wrote it down'),
        unless(listener.calls.begun === 0, 'a tool was begun'),
      );
    },
    { bounds: { bodyMs: 200 } },
  ),
  on('a body that is never sent, without a token', '401 at once', async (listener) => {
    const { socket, answers } = await connection(listener);
    socket.write(head(listener, { authorization: undefined, 'content-length': '1000000' }));
    const statuses = await answers(1, 1_000);
    socket.destroy();
    return unless(statuses[0] === 401, `answered ${statuses.join()}`);
  }),
  on('a body without end, without a token', '401, then cut off', async (listener) => {
    const { socket, closed, statuses } = await connection(listener);
    socket.write(head(listener, { authorization: undefined, 'transfer-encoding': 'chunked' }));
    const chunk = `10000${CRLF}${'x'.repeat(65_536)}${CRLF}`;
    const drip = setInterval(() => socket.write(chunk), 2);
    const cut = await closed(3_000);
    clearInterval(drip);
    socket.destroy();
    return firstOf(unless(statuses()[0] === 401, `answered ${statuses().join()}`), unless(cut, 'still read'));
  }),
  on('a body without end, with a token', '413, then cut off', async (listener) => {
    const { socket, closed, statuses } = await connection(listener);
    socket.write(head(listener, { 'transfer-encoding': 'chunked' }));
    const chunk = `10000${CRLF}${' '.repeat(65_536)}${CRLF}`;
    const drip = setInterval(() => socket.write(chunk), 2);
    const cut = await closed(3_000);
    clearInterval(drip);
    socket.destroy();
    return firstOf(unless(statuses()[0] === 413, `answered ${statuses().join()}`), unless(cut, 'still read'));
  }),
  on('a declared length of a gigabyte', '413 before a byte of it', async (listener) => {
    const { statuses, socket } = await sent(listener, head(listener, { 'content-length': '1000000000' }));
    socket.destroy();
    return unless(statuses()[0] === 413, `answered ${statuses().join()}`);
  }),
  on('a body shorter than declared, and gone', 'no tool begun, nothing left over', async (listener) => {
    const { socket } = await connection(listener);
    socket.write(head(listener, { 'content-length': '5000' }) + CALL);
    await pause(50);
    socket.destroy();
    await pause(50);
    return unless(listener.calls.begun === 0, 'a tool was begun');
  }),
  on('a body longer than declared, with a call in the rest', 'the rest is a request that is none', async (listener) => {
    const rest = JSON.stringify(toolCall('list_notes'));
    const made = await sent(listener, head(listener, { 'content-length': length }) + CALL + rest);
    const closed = await made.closed();
    return firstOf(
      unless(closed && made.statuses().at(-1) === 400, `answered ${made.statuses().join()}`),
      unless(listener.calls.begun <= 1, 'it was called twice'),
    );
  }),
  on('a request to be asked for the body, without a token', '401, not asked', async (listener) => {
    const made = await sent(
      listener,
      head(listener, { authorization: undefined, expect: '100-continue', 'content-length': length }),
    );
    made.socket.destroy();
    return unless(made.statuses().join() === '401', `answered ${made.statuses().join()}`);
  }),
  on('a request to be asked for the body, with a token', 'asked, then answered', async (listener) => {
    const made = await sent(listener, head(listener, { expect: '100-continue', 'content-length': length }));
    made.socket.write(CALL);
    const statuses = await made.answers(2);
    made.socket.destroy();
    return unless(statuses.join() === '100,200', `answered ${statuses.join()}`);
  }),
];

const stuck = JSON.stringify(toolCall('read_stuck'));

const MANY: readonly Attack[] = [
  on(
    'more calls than the instance takes',
    '503 with Retry-After and a record, before the body; the running ones are answered',
    async (listener) => {
      const busy = await Promise.all([0, 1].map(() => connection(listener)));
      for (const { socket } of busy) socket.write(whole(listener, stuck));
      await pause(150);
      const one = await sent(listener, head(listener, { 'content-length': '900000' }));
      const text = one.text();
      one.socket.destroy();
      listener.release();
      const answered = await Promise.all(busy.map(({ answers }) => answers(1)));
      for (const { socket } of busy) socket.destroy();
      return firstOf(
        unless(one.statuses()[0] === 503 && /retry-after: 5/i.test(text), text.slice(0, 100)),
        unless(
          listener.audits().some(({ reason }) => reason === 'too_busy'),
          'nobody wrote it down',
        ),
        unless(answered.flat().join() === '200,200', `the others got ${answered.join()}`),
      );
    },
    { limits: { concurrency: 2 } },
  ),
  on(
    'calls that are left alone to make room for more',
    'each tool is told; places are free again and no more than there are',
    async (listener) => {
      const { headers, body } = modern('tools/call', { name: 'read_slow', arguments: {} });
      for (let n = 0; n < 6; n++) {
        const { socket } = await connection(listener);
        socket.write(whole(listener, body, headers));
        await pause(40);
        socket.destroy();
        await pause(20);
      }
      const { begun, aborted } = listener.calls;
      return unless(begun === 6 && aborted === 6, `${begun} were begun, ${aborted} told`);
    },
    { limits: { concurrency: 2 } },
  ),
  on('a thousand requests on one connection, unread', 'no more begun at once than allowed', async (listener) => {
    const { socket, answers } = await connection(listener);
    socket.write(whole(listener, stuck).repeat(1_000));
    await pause(300);
    const { begun } = listener.calls;
    listener.release();
    await answers(1);
    socket.destroy();
    await pause(50);
    return unless(begun <= 100, `${begun} were begun`);
  }),
  on('two requests in one write', 'each answered by itself, in order', async (listener) => {
    const made = await sent(
      listener,
      whole(listener) + whole(listener, toolCall('list_notes'), { authorization: 'x' }),
    );
    const statuses = await made.answers(2);
    made.socket.destroy();
    return unless(statuses.join() === '200,401', `answered ${statuses.join()}`);
  }),
  on(
    'more connections with calls than are taken',
    'refused',
    async (listener) => {
      const made = await Promise.all(Array.from({ length: 20 }, () => connection(listener)));
      for (const { socket } of made) socket.write(whole(listener, stuck));
      await pause(200);
      const { begun } = listener.calls;
      listener.release();
      for (const { socket } of made) socket.destroy();
      await pause(50);
      return unless(begun > 0 && begun <= 10, `${begun} were begun`);
    },
    { bounds: { connections: 10 } },
  ),
  on(
    'idle connections that take all places',
    'they make room',
    async (listener) => {
      const kept = await Promise.all(Array.from({ length: 10 }, () => sent(listener, whole(listener))));
      const first = await connection(listener);
      await first.closed(500);
      const [status] = (await sent(listener, whole(listener))).statuses();
      for (const { socket } of kept) socket.destroy();
      return unless(status === 200, `answered ${status}`);
    },
    { bounds: { connections: 10 } },
  ),
];

const eras: readonly (readonly [string, (name: string) => { headers: object; body: object }])[] = [
  ['2026-07-28', (name) => modern('tools/call', { name, arguments: {} })],
  ['2025-11-25', (name) => ({ headers: {}, body: toolCall(name) })],
];

const GONE: readonly Attack[] = eras.flatMap(([era, ask]) => [
  on(`a client of ${era} that goes away during its call`, 'the tool is told, and written down', async (listener) => {
    const { socket } = await connection(listener);
    const { headers, body } = ask('read_slow');
    socket.write(whole(listener, body, headers));
    await pause(100);
    socket.destroy();
    for (let n = 0; n < 100 && listener.audits().length === 0; n++) await pause(10);
    return firstOf(
      unless(listener.calls.aborted === 1, 'it still runs'),
      unless(listener.audits().length === 1, 'there is no record'),
    );
  }),
  on(`a client of ${era} that closes its side and waits`, 'its call ends', async (listener) => {
    const { socket } = await connection(listener);
    const { headers, body } = ask('read_slow');
    socket.end(whole(listener, body, headers));
    for (let n = 0; n < 100 && listener.calls.aborted === 0; n++) await pause(10);
    socket.destroy();
    return unless(listener.calls.aborted === 1, 'it still runs');
  }),
  on(
    `a tool that never ends, called in ${era}`,
    'answered with an error when its own time is up, and told',
    async (listener) => {
      const { headers, body } = ask('read_slow');
      const made = await sent(listener, whole(listener, body, headers));
      for (let n = 0; n < 100 && !made.text().includes('took too long'); n++) await pause(10);
      made.socket.destroy();
      return firstOf(
        unless(made.text().includes('took too long'), 'it waits'),
        unless(listener.calls.aborted === 1, 'it still runs'),
      );
    },
    { limits: { toolMs: { '*': 60_000, 'read_*': 100 } } },
  ),
]);

const CANCEL: readonly Attack[] = [
  on("a cancellation of another's call, by its id", 'the call goes on', async (listener) => {
    const { socket, answers } = await connection(listener);
    socket.write(whole(listener, toolCall('read_stuck', {}, 7)));
    await pause(50);
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } };
    const other = await sent(listener, whole(listener, cancel));
    other.socket.destroy();
    await pause(50);
    listener.release();
    await answers(1);
    for (let n = 0; n < 50 && listener.calls.ended === 0; n++) await pause(10);
    socket.destroy();
    return firstOf(
      unless(other.statuses()[0] === 202, `answered ${other.statuses().join()}`),
      unless(listener.calls.ended === 1, 'it was ended'),
    );
  }),
];

export const connections: Theme = {
  name: 'guard: connections',
  attacks: [...AMBIGUOUS, ...METHODS, ...ADDRESSES, ...SLOW, ...MANY, ...GONE, ...CANCEL],
};
