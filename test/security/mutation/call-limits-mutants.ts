// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** Defences of rate limits, context headers and downstream tokens. */
import { type Mutant, mutantsOf } from './mutant';

const RATES = 'guard/rate/rate-limits';
const HEADERS = 'guard/context-headers';
const TOKENS = 'guard/downstream/derived-tokens';
const FORWARDING = 'serve/forwarding';

export const CALL_LIMITS_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'guard/rate/rate-limits.ts',
    [],
    [RATES],
    [
      [
        'calls are limited where nothing is said',
        'config.policy.rateLimits ?? DEFAULT_RATE_LIMITS',
        'config.policy.rateLimits ?? []',
      ],
      ['a principal that waits is told so', 'if (wait > 0) return limited(wait);', ''],
      [
        'calls that pass are counted',
        'for (const { limit, name, count } of here) limit.calls.add(principal, name, count, now);',
        '',
      ],
      ['each principal is counted by itself', 'return `${kind} ${id}`;', "return 'everybody';"],
      ['a machine is no user', 'return `${kind} ${id}`;', 'return id;'],
      [
        'a user with many clients is one',
        'const principal = countedAs(admitted.principal);',
        'const principal = admitted.principal.client;',
      ],
      ['a batch counts each call', 'count: counted.length });', 'count: 1 });'],
      ['lists are not counted', "kind === 'request' && method === 'tools/call'", "kind === 'request'"],
      ['each tool is counted by itself', 'if (!limit.rule.eachTool)', 'if (true)'],
      [
        'named tools are counted together',
        'const counted = tools.filter(limit.counts);',
        'const counted = [...tools];',
      ],
      [
        'a table that refuses is heard',
        'if (!(await limit.count(principal, name, count, now))) {',
        'if ((await limit.count(principal, name, count, now)) === undefined) {',
      ],
      [
        'a table that does not answer lets nobody in',
        "return refuse({ reason: 'rate_limit_unavailable' });",
        'continue;',
      ],
      ['what the table refused is taken back here', 'limit.calls.add(principal, name, -count, now);', ';'],
      ['a client waits a second at least', 'Math.max(1, Math.ceil(ms / 1000))', 'Math.floor(ms / 1000)'],
      [
        'an exact limit needs a table',
        'if (table === undefined) throw new Error(',
        'if (table === undefined) return { rule, counts: () => true, count: async () => true }; if (false) throw new Error(',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/rate/sliding-window.ts',
    [],
    [RATES],
    [
      ['the window before counts', 'current + previous * (1 - passed / this.ms) <= room', 'current <= room'],
      ['principals are bounded', 'if (this.principals.size >= MAX_PRINCIPALS)', 'if (false)'],
      [
        'whoever calls is remembered longest',
        'if (counters !== undefined) this.principals.delete(principal);',
        'if (counters !== undefined) return counters;',
      ],
      ['made-up names share a count', "counters.has(name) || counters.size < MAX_COUNTERS ? name : ''", 'name'],
      ['names that are over make room', 'if (counter.window < window - 1)', 'if (false)'],
      ['a batch larger than the limit never passes', 'if (room < 0) return this.ms;', ''],
    ],
  ),
  ...mutantsOf(
    'guard/rate/exact-count.ts',
    [],
    [RATES],
    [
      [
        'the write is conditional',
        "ConditionExpression: 'attribute_not_exists(#calls) OR #calls <= :room',",
        "ConditionExpression: 'attribute_not_exists(#calls) OR #calls >= :room OR #calls < :room',",
      ],
      ['a batch larger than the limit is not counted', 'if (count > rule.calls) return false;', ''],
      ['room is what is left', 'String(rule.calls - count)', 'String(rule.calls)'],
      ['windows are counted apart', '#${who}#${window}`', '#${who}`'],
      ['principals are counted apart', 'hashOf(JSON.stringify([principal, name]))', 'hashOf(JSON.stringify([name]))'],
      ['tools are counted apart', 'hashOf(JSON.stringify([principal, name]))', 'hashOf(JSON.stringify([principal]))'],
      [
        'the table does not say who calls',
        'hashOf(JSON.stringify([principal, name])).slice(0, 32)',
        '`${principal} ${name}`',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/context-headers.ts',
    [],
    [HEADERS],
    [
      ['a header says what the claim says', 'says(principal.claims, claim, value)', 'true'],
      ['a required header is there', 'value === null ? !required || begins :', 'value === null ? true :'],
      [
        'only what begins a connection goes without',
        'value === null ? !required || begins :',
        'value === null ? !required || messages.length > 0 :',
      ],
      ['every message of a batch begins one', 'messages.every(', 'messages.some('],
      ['what carries no message begins none', 'messages.length > 0 &&', ''],
      [
        'a wrong header is refused at the beginning too',
        ': VALUE.test(value) && says',
        ': begins || VALUE.test(value) && says',
      ],
      ['values are plain and bounded', 'VALUE.test(value) &&', ''],
      ['a header comes once', '[\\x20-\\x2b\\x2d-\\x7e]', '[\\x20-\\x7e]'],
      ['a value is bounded', '{1,256}', '{1,}'],
      ['an empty value is none', '{1,256}', '{0,256}'],
      [
        'claims are those of the token',
        'Object.hasOwn(claims, claim) ? claims[claim] : undefined',
        'String(claims[claim])',
      ],
      [
        'a list is asked for its members',
        'Array.isArray(said) && said.includes(value)',
        'String(said).includes(value)',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/caller.ts',
    [],
    [HEADERS, FORWARDING],
    [
      ['values are those of the request', 'context: contextOf(contextHeaders, headers)', 'context: principal.context'],
      [
        'the token is kept for one request',
        'const caller = frozen({ ...principal, context: contextOf(contextHeaders, headers) });',
        'const caller = Object.assign(principal, { context: contextOf(contextHeaders, headers) });',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/downstream/derived-tokens.ts',
    [],
    [TOKENS, FORWARDING],
    [
      [
        'tokens are for declared services',
        'if (scopes === undefined) throw unknownAudience(audience, [...rules.keys()]);',
        'if (scopes === undefined) return exchange!(subject, { audience, scopes: [] });',
      ],
      [
        'a token has what its caller holds',
        'const held = scopes.filter((scope) => caller.scopes.includes(scope));',
        'const held = scopes;',
      ],
      ['a machine stands for nobody', "if (caller.kind === 'machine')", 'if (false)'],
      ['this server is not behind itself', 'if (rules.has(config.resource)) {', 'if (false) {'],
      ['tokens are kept for their own caller', '`${TokenCache.keyOf(subject)} ${audience}`', 'audience'],
      [
        'tokens are kept for their own audience',
        '`${TokenCache.keyOf(subject)} ${audience}`',
        'TokenCache.keyOf(subject)',
      ],
      ['tokens are not kept past their end', 'token.expiresAt * 1000 - SPARE_MS > clock()', 'token.expiresAt > 0'],
      ['kept tokens are bounded', 'if (known.size >= MAX_TOKENS)', 'if (false)'],
      [
        'the subject lies where tool code does not look',
        'subjects.set(caller, (audience) => derive(caller, token.value, audience));',
        'subjects.set(caller, Object.assign((audience: string) => derive(caller, token.value, audience), {})); Object.assign(caller, { subject: token.value });',
      ],
    ],
  ),
  ...mutantsOf(
    'guard/downstream/exchange-token.ts',
    [],
    [TOKENS],
    [
      ['what is handed out is for the audience', "[claims.aud].flat().join(' ') !== audience", 'false'],
      [
        'it is for that audience alone',
        "[claims.aud].flat().join(' ') !== audience",
        '![claims.aud].flat().includes(audience)',
      ],
      ['errors say nothing of the call', "'the identity provider does not answer'", 'String(error)'],
      ['scopes are asked for by name', 'Scopes: scopes,', ''],
    ],
  ),
  ...mutantsOf(
    'serve/forget-credentials.ts',
    [],
    [FORWARDING],
    [
      ['read headers forget credentials', 'delete headers[name];', 'void headers[name];'],
      ['raw headers forget credentials', "rawHeaders[at + 1] = '';", 'void 0;'],
    ],
  ),
];
