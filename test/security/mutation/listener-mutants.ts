/** The defences of a listening process, the deadlines of tools, what a token says of itself, and bounded caches. */
import { type Mutant, mutantsOf } from './mutant';

const CONNECTIONS = ['guard: connections'];
const FORGED = ['guard: forged tokens'];
const BOUNDS = ['serve/node-bounds', 'serve/node-streams'];

export const LISTENER_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('serve/node.ts', CONNECTIONS, BOUNDS, [
    ['calls at a time', 'running >= fetch.concurrency', 'false'],
    ['a place is given back', 'running -= held;', ''],
    ['what waits takes no place', 'release(); return open.waiting(outgoing);', 'return open.waiting(outgoing);'],
    ['a client that goes is noticed', 'for (const call of open) call.abort();', ''],
    ['a body is asked for when it is read', 'if (incoming.headers.expect !== undefined) outgoing.writeContinue();', ''],
    ['what comes after the answer is bounded', 'if (!incoming.readableEnded) drain(incoming, fetch.bodyBytes);', ''],
    ['a header that came twice is both', 'headers.append(', 'headers.set('],
  ]),
  ...mutantsOf('serve/node-body.ts', CONNECTIONS, BOUNDS, [
    ['the time of a body', 'setTimeout(onClose, ms)', 'setTimeout(() => {}, ms)'],
    ['the bytes of a body', 'if (bytes > maxBytes)', 'if (false)'],
    ['who goes on sending is cut', 'if (left < 0) incoming.destroy();', ''],
    ['a body that breaks off is no body', "settle(refuse({ reason: 'body_incomplete' }))", 'onEnd()'],
  ]),
  ...mutantsOf('serve/graceful-server.ts', CONNECTIONS, BOUNDS, [
    ['the time of headers', 'headersTimeout: bounds.headersMs', 'headersTimeout: 60_000'],
    ['the bytes of headers', 'maxHeaderSize: bounds.headerBytes', 'maxHeaderSize: 1_000_000'],
    ['connections at a time', 'server.maxConnections = bounds.connections;', ''],
    ['idle connections make room', "server.on('drop', () => server.closeIdleConnections());", ''],
    ['nobody is asked for a body unseen', "server.on('checkContinue', listener);", ''],
    [
      'closing ends',
      'setTimeout(() => server.closeAllConnections(), graceMs + FLUSH_MS)',
      'setTimeout(() => {}, graceMs)',
    ],
  ]),
  ...mutantsOf(
    'guard/deadlines.ts',
    CONNECTIONS,
    ['guard/deadlines'],
    [
      ['the longest pattern decides', '.sort((a, b) => b.prefix.length - a.prefix.length)', ''],
      ['a name decides before a pattern', 'exact.get(tool) ??', ''],
      ['the shortest time of a batch', 'Math.min(...asked)', 'Math.max(...asked)'],
      ['tools alone', "method === 'tools/call' &&", ''],
    ],
  ),
  ...mutantsOf(
    'guard/work.ts',
    CONNECTIONS,
    ['guard/deadlines', 'guard/guard'],
    [
      ["a tool's own time", '- DEADLINE_MARGIN_MS), allowedMs)', '- DEADLINE_MARGIN_MS), Infinity)'],
      ["the platform's time", 'Math.max(0, remainingMs - DEADLINE_MARGIN_MS)', 'Infinity'],
      ['a time beyond timers', 'Math.min(ms, LONGEST_TIMER_MS)', 'ms'],
      [
        'work ends with its client',
        'private readonly onDisconnect = () => this.controller.abort();',
        'private readonly onDisconnect = () => {};',
      ],
      [
        'work that is done is not ended',
        "this.call.disconnected?.removeEventListener('abort', this.onDisconnect);",
        '',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/limit-rules.ts',
    [],
    ['guard/limit-rules'],
    [
      ['bytes of the policy', 'limits?.bodyBytes ??', ''],
      ['depth of the policy', 'limits?.depth ??', ''],
      ['bytes of a result of the policy', 'outputs?.bytes ??', ''],
      ['calls at a time of the policy', 'limits?.concurrency ??', ''],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/authenticator.ts',
    [...CONNECTIONS, ...FORGED],
    ['guard/limit-rules'],
    [['what a token says of itself', 'if (!header.ok) return header;', '']],
  ),
  ...mutantsOf(
    'guard/admission.ts',
    [...CONNECTIONS, ...FORGED],
    ['guard/limit-rules'],
    [['too many calls', "if (exchange.call.overloaded) return refuse({ reason: 'too_busy' });", '']],
  ),
  ...mutantsOf(
    'guard/tokens/token-header.ts',
    FORGED,
    [],
    [
      ['one spelling', 'if (!COMPACT.test(token))', 'if (false)'],
      ['the type', 'TYPES.has(', 'true || TYPES.has('],
      ['what must be understood', 'crit === undefined &&', ''],
      ['what is not encoded', '&& b64 === undefined', ''],
    ],
  ),
  ...mutantsOf(
    'guard/tokens/authenticate.ts',
    FORGED,
    ['guard/tokens/authenticate'],
    [['an expiry that comes', '&& claims.exp < Number.POSITIVE_INFINITY', '']],
  ),
  ...mutantsOf(
    'guard/message.ts',
    ['guard: bodies'],
    ['guard/ids'],
    [['numbers that come back as they went', 'Number.isSafeInteger(id)', "typeof id === 'number'"]],
  ),
  ...mutantsOf(
    'guard/agreement.ts',
    ['guard: protocol'],
    [],
    [['a header is compared as it came', 'decode(name)', 'decode(name.trim())']],
  ),
  ...mutantsOf(
    'guard/tokens/token-cache.ts',
    [],
    ['guard/bounded-caches'],
    [['tokens are bounded', 'if (this.principals.size >= MAX_TOKENS)', 'if (false)']],
  ),
  ...mutantsOf(
    'guard/tokens/revocation.ts',
    [],
    ['guard/bounded-caches'],
    [['grants are bounded', 'if (known.size >= MAX_GRANTS)', 'if (false)']],
  ),
  ...mutantsOf(
    'serve/pool.ts',
    [],
    ['guard/bounded-caches'],
    [['idle servers are bounded', '&& idle[era].length < MAX_IDLE', '']],
  ),
  ...mutantsOf(
    'guard/outputs/sse.ts',
    [],
    ['guard/outputs/sse'],
    [
      [
        'known fields alone go on',
        'lines.filter((line) => OTHER_FIELD.test(line))',
        'lines.filter((line) => !isData(line))',
      ],
    ],
  ),
];
