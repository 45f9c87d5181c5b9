/** What keeps traces honest, and out of them what is nobody's business. */
import { type Mutant, mutantsOf } from './mutant';

const traces = ['guard/tracing/tracing'];

export const TRACING_MUTANTS: readonly Mutant[] = [
  ...mutantsOf('guard/tracing/call-trace.ts', [], traces, [
    [
      'who has not proven who he is places nothing',
      'const trusted = this.facts.clients && principal !== undefined;',
      'const trusted = this.facts.clients;',
    ],
    [
      'clients say nothing of traces where they may not',
      'const trusted = this.facts.clients && principal !== undefined;',
      'const trusted = principal !== undefined;',
    ],
    [
      'no caller chooses the id before it has proven who it is',
      'around.platform?.traceId ?? this.own',
      '(around.platform ?? around.request)?.traceId ?? this.own',
    ],
    [
      'no caller chooses what is recorded by its id',
      'sampler.decides(this.own, this.began)',
      'sampler.decides((this.around.request ?? this.position).traceId, this.began)',
    ],
    ['what the platform wants recorded has a bound too', '? sampler.admits(this.began)', '? true'],
    ['spans of one call are counted', '&& this.spans.length < MAX_SPANS', ''],
    ['what the guard asks is told nothing of the trace', 'new Scope(this, name, false)', 'new Scope(this, name, true)'],
    ['what nobody wants recorded is not', 'return asked.sampled && this.facts', 'return this.facts'],
  ]),
  ...mutantsOf(
    'guard/tracing/trace-context.ts',
    [],
    ['guard/tracing/trace-context'],
    [
      ['ids of zeros are none', 'if (NOTHING.test(traceId) || NOTHING.test(spanId)) return undefined;', ''],
      ['the forbidden version is refused', "version === 'ff' ||", ''],
      ['tracestate is read before it is passed on', 'members.every((member) => STATE_MEMBER.test(member))', 'true'],
      [
        'tracestate has a length',
        '|| value.length > MAX_STATE) return undefined; const members',
        ') return undefined; const members',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tracing/sampling.ts',
    [],
    ['guard/tracing/sampling'],
    [['callers have a share of what is recorded', 'return this.asked <= MAX_ASKED;', 'return true;']],
  ),
  ...mutantsOf('guard/tracing/record/message-span.ts', [], traces, [
    [
      'a refused message has no name that a caller made up',
      'ending.reason === undefined && method !== undefined',
      'true',
    ],
    [
      'a method that nobody knows is not written down',
      "return known ? message.method : '_OTHER';",
      'return message.method;',
    ],
    ['an id that could say something is left out', 'PLAIN_ID.test(id) ? id : undefined', 'id'],
  ]),
  ...mutantsOf(
    'guard/tracing/record/downstream.ts',
    [],
    ['guard/tracing/secrets'],
    [
      [
        'addresses are hosts, not paths',
        "'server.address': host,",
        "'server.address': host, 'url.full': JSON.stringify(request),",
      ],
      [
        'an error is its code, not its message',
        'const text = String(code ?? name); return /^\\w{1,64}$/.test(text) ? text',
        'const text = String(fault); return text ? text',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/tracing/record/exporter.ts',
    [],
    ['guard/tracing/exporter'],
    [
      ['what waits is counted', 'waiting.push(...spans.slice(0, room));', 'waiting.push(...spans);'],
      ['what is on its way is counted', 'if (sending >= MAX_SENDING)', 'if (false)'],
      ['what is too large for its way is dropped', 'if (message.length > batchBytes)', 'if (false)'],
      ['what is dropped is said once a minute', 'if (performance.now() - said < SAY_EVERY_MS) return;', ''],
    ],
  ),
  ...mutantsOf(
    'guard/tracing/tracing.ts',
    [],
    ['guard/tracing/exporter'],
    [['spans go nowhere in the clear', '`${url(environment, all).replace(', '`${String(environment[all]).replace(']],
  ),
];
