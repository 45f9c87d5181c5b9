// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are source code
/** Defences on the way through a REST API: its events, its authorizer, the pages that may read its answers. */
import { type Mutant, mutantsOf } from './mutant';

const AUTHORIZER = 'authorizer/authorizer';
const STREAMING = 'serve/lambda-streaming';

export const REST_MUTANTS: readonly Mutant[] = [
  ...mutantsOf(
    'authorizer/authorizer.ts',
    [],
    [AUTHORIZER],
    [
      ['a refused token is not let through', 'if (authenticated.ok) return allow', 'return allow'],
      ['API Gateway answers 401 to one word', "const UNAUTHORIZED = 'Unauthorized';", "const UNAUTHORIZED = 'No';"],
      ['keys that cannot be had are no fault of the token', 'unknown ? reason : UNAUTHORIZED', 'UNAUTHORIZED'],
      [
        'the MCP path alone is allowed',
        'METHODS.map((method) => `${api}/${stage}/${method}${path}`)',
        '[`${api}/${stage}/*`]',
      ],
      ['an answer holds for every method', "const METHODS = ['POST', 'GET', 'DELETE'];", "const METHODS = ['POST'];"],
      ['the stage that asked alone is allowed', '${api}/${stage}/', '${api}/*/'],
      ['a refusal is written down', 'log({', 'void ({'],
      [
        'the context holds no token',
        'context: { kind: principal.kind, client: principal.client }',
        'context: { kind: principal.kind, client: principal.client, claims: JSON.stringify(principal.claims) }',
      ],
    ],
  ),
  ...mutantsOf(
    'authorizer/config.ts',
    [],
    [AUTHORIZER],
    [
      ['constructs and runtime know one contract', 'requireContract(environment, AuthorizerVariable.contract);', ''],
      ['a provider’s tokens are read as its profile says', 'profile: profileFrom(environment),', ''],
      [
        'scopes are named',
        'required(environment, AuthorizerVariable.scopes)',
        "(environment[AuthorizerVariable.scopes] ?? 'x')",
      ],
      [
        'machine clients are listed',
        'machineClients: new Set(list(environment[AuthorizerVariable.machineClients]))',
        'machineClients: new Set(list(environment[AuthorizerVariable.userClients]))',
      ],
    ],
  ),
  ...mutantsOf(
    'serve/lambda-streaming.ts',
    [],
    [STREAMING],
    [
      [
        'nothing runs unguarded',
        'const guarded = requireGuarded(server);',
        'const guarded = server as never as import("./guarded").Guarded;',
      ],
      ['every value of a header is read', 'headers.append(name, value)', 'headers.set(name, value)'],
      ['a client that goes ends the work', "stream.once('close', onGone).on('error', onGone);", ''],
      ['an instance works on one call', 'oneCallAtATime: true', 'oneCallAtATime: false'],
      ['an invocation is told how long it has', 'remainingMs: context.getRemainingTimeInMillis(),', ''],
      ['a query is looked at', "query === '' ? '' : `?${query}`", "''"],
    ],
  ),
  ...mutantsOf(
    'serve/heartbeat.ts',
    [],
    ['serve/heartbeat'],
    [['who stops reading ends the stream', 'await reader.cancel().catch(() => {});', '']],
  ),
  ...mutantsOf(
    'proxy-event.ts',
    [],
    ['proxy-event'],
    [
      [
        'the address is what the gateway saw',
        'source: identity.sourceIp',
        "source: headersOf(event)['x-forwarded-for'] ?? ''",
      ],
      [
        'a query is spelled again',
        'return new URLSearchParams(pairs).toString();',
        "return pairs.map((pair) => pair.join('=')).join('&');",
      ],
      ['every cookie is read', "cookies: valuesOf(event, 'cookie')", "cookies: valuesOf(event, 'cookie').slice(0, 1)"],
      ['names of headers are compared in lower case', 'const key = name.toLowerCase();', 'const key = name;'],
      [
        'every cookie is set',
        "cookies && { 'Set-Cookie': [...cookies] }",
        "cookies && { 'Set-Cookie': cookies.slice(0, 1) }",
      ],
    ],
  ),
  ...mutantsOf(
    'cors.ts',
    [],
    ['cors'],
    [
      ['named origins alone may read', '!allowedOrigins.includes(origin)', 'false'],
      ['the gateway’s answer is left alone', 'if (cors === undefined || allowedOrigins.length === 0) return {};', ''],
      ['a cache is told that the origin matters', "return { Vary: 'Origin' };", 'return {};'],
    ],
  ),
  ...mutantsOf(
    'guard/pages.ts',
    [],
    ['cors'],
    [
      [
        'nothing is said where the gateway speaks',
        'if (config.cors === undefined) return guard;',
        'config = { ...config, cors: [] };',
      ],
    ],
  ),
  ...mutantsOf(
    'broker/cors.ts',
    [],
    ['cors'],
    [['pages that people see take no preflight', 'path === new URL(resource).pathname', 'true']],
  ),
];
