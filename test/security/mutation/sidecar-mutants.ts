/** The defences of the guard in front of another process: what it hands over, what it takes back, and how it ends. */
import { type Mutant, mutantsOf } from './mutant';

const ATTACKS = ['guard: in front of a server'];
const SESSIONS = ['sidecar/sessions'];

export const SIDECAR_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'sidecar/config.ts',
    [],
    ['sidecar/config'],
    [
      ['loopback alone', '!LOOPBACK.has(url.hostname)', 'false'],
      ['plain http, no user, no query', '!plain ||', ''],
    ],
  ),
  ...mutantsOf(
    'sidecar/headers.ts',
    ATTACKS,
    ['sidecar/forwarding'],
    [
      [
        'callers say nothing of traces here',
        "'last-event-id'",
        "'last-event-id', 'traceparent', 'tracestate', 'baggage'",
      ],
      ['nor to daemons', "'last-event-id'", "'last-event-id', 'x-amzn-trace-id'"],
      ['the trace is the one that was settled', 'Object.assign(headers, traceHeaders(),', 'Object.assign(headers,'],
      ['an allow-list', 'FORWARDED.has(name) ||', "name !== 'host' ||"],
      ['the protocol’s headers in one spelling', 'OF_PROTOCOL.test(name)', "name.startsWith('mcp')"],
      ['the session of the client stays here', '&& name !== SESSION', ''],
    ],
  ),
  ...mutantsOf(
    'sidecar/principal-headers.ts',
    ATTACKS,
    [],
    [['what a header cannot carry is encoded', 'text.replace(ESCAPED, encodeURIComponent)', 'encodeURI(text)']],
  ),
  ...mutantsOf(
    'sidecar/answers.ts',
    ATTACKS,
    [],
    [
      ['statuses of a server', '!PASSED.has(status) ||', ''],
      ['no compression', "|| encoding !== 'identity'", ''],
      ['bytes of an answer', 'if (bytes > maxBytes)', 'if (false)'],
      [
        'a broken answer is lost',
        "AnswerLost.reasonOf(cause) !== undefined ? cause : new AnswerLost('answer_lost', { cause })",
        'cause',
      ],
    ],
  ),
  ...mutantsOf(
    'sidecar/exact-numbers.ts',
    ATTACKS,
    [],
    [['numbers stay what they are', 'Number.isSafeInteger(value)', 'true']],
  ),
  ...mutantsOf(
    'sidecar/connection.ts',
    ATTACKS,
    ['sidecar/connection'],
    [
      ['what may have run is not sent again', 'if (!sent.repeatable)', 'if (false)'],
      [
        'a lost answer is not an unsent request',
        'connected ? broken(outgoing, cause) : unavailable(cause)',
        'unavailable(cause)',
      ],
      ['the end of a call ends the request', "signal?.addEventListener('abort', abort, { once: true })", 'undefined'],
      ['no other protocol', "reject(new Error('the server wants another protocol'))", 'undefined'],
    ],
  ),
  ...mutantsOf('sidecar/upstream.ts', ATTACKS, SESSIONS, [
    ['an answer is not nothing', "messages.some(({ kind }) => kind === 'request')", 'false'],
    [
      'sessions the policy does not keep are ended',
      'nothing would bind it to its user. sessions.tellEnd(id, given.principal);',
      'nothing would bind it to its user.',
    ],
    ['a session that is not here has ended', 'if (known === undefined) return lost(session);', ''],
    ['a session that the server lost has ended', 'if (incoming.statusCode === 404)', 'if (false)'],
    [
      'the client’s id is the guard’s',
      "response.headers.set('mcp-session-id', session.id)",
      "response.headers.set('mcp-session-id', sessionIdOf(incoming) ?? '')",
    ],
    ['who goes ends the work', 'sessions.tellCancelled(known, given)', 'undefined'],
    [
      'who goes ends the work before a word of it',
      "request.signal.addEventListener('abort', () => sessions.tellCancelled(known, given), { once: true }); const incoming = await exchange(request, given, known.id);",
      "const incoming = await exchange(request, given, known.id); request.signal.addEventListener('abort', () => sessions.tellCancelled(known, given), { once: true });",
    ],
    [
      'the session of who went is named before it is left',
      'await exchange(request, given, undefined, AbortSignal.timeout(OPENING_MS))',
      'await exchange(request, given)',
    ],
    [
      'what was given up is ended, sessions or none',
      'opens ? opening(request, given) : exchange(request, given)',
      'exchange(request, given)',
    ],
    ['who went has begun nothing', '&& !request.signal.aborted', ''],
    [
      'a session that nobody got is ended in the server',
      'if (id !== undefined) sessions.tellEnd(id, given.principal);',
      '',
    ],
    ['DELETE ends the server’s session', 'sessions.end(session.key, given.principal);', ''],
  ]),
  ...mutantsOf(
    'serve/readiness.ts',
    [],
    ['serve/readiness'],
    [
      ['health goes through the guard', 'if (status !== 401)', 'if (false)'],
      ['and to the server', 'await ready();', ''],
      ['one that cannot take calls says why', 'if (text !== said &&', 'if (false &&'],
    ],
  ),
  ...mutantsOf(
    'sidecar/readiness.ts',
    [],
    ['sidecar/readiness'],
    [
      ['a server that fails is not ready', 'if (status < 500 || status === NOT_IMPLEMENTED) return;', 'return;'],
      [
        'a server that has too much to do stays',
        'if (incoming.statusCode !== OVERLOADED) refuseFailure',
        'refuseFailure',
      ],
      [
        'no look begins a session',
        "upstreamHeaders(HEADERS, ASKER, 'cdk-mcp-health')",
        'upstreamHeaders(HEADERS, ASKER)',
      ],
      ['a session that nobody uses is ended', 'if (id !== undefined) end(id);', ''],
      ['it is asked to begin', 'if (begun) return answer();', 'return answer();'],
    ],
  ),
  ...mutantsOf(
    'sidecar/questions.ts',
    [],
    ['sidecar/buffered'],
    [['no question waits for nobody', 'if (questions.length === 0) return data;', 'return data;']],
  ),
  ...mutantsOf(
    'guard/container-credentials.ts',
    [],
    ['guard/container-credentials'],
    [
      ['credentials of this machine or over TLS', '&& PLAIN.has(url.hostname)', ''],
      ['a path stays on its host', "path.startsWith('/')", 'true'],
      ['credentials that ended are not used', '&& clock() < kept.until) return kept', ') return kept'],
      ['asked for once', 'asking ??=', 'asking ='],
    ],
  ),
  ...mutantsOf(
    'serve/health.ts',
    [],
    ['sidecar/health'],
    [
      ['asked once a second', 'now - asked.at >= FRESH_MS', 'true'],
      ['who leaves is not healthy', 'if (leaving()) return false;', ''],
      ['one path alone', 'url === HEALTH_PATH &&', ''],
    ],
  ),
];
