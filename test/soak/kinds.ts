/** Every kind of call that the soak mixes, how often it comes, and what must come of it. */
import { type Answer, type Call, legacy, modern, raw } from './call';
import type { BadToken, Tokens } from './world';

export interface Kind {
  readonly name: string;
  /** Share among the others. */
  readonly weight: number;
  /** Only where the caller is in the same process, or only where the response is buffered. */
  readonly only?: 'in process' | 'buffered';
  /** Audit records that one such call leaves. */
  readonly records: number;
  call(n: number, tokens: Tokens): Call;
  /** Undefined: as it should be. */
  wrong(answer: Answer, n: number): string | undefined;
}

type Has = string | RegExp | ((n: number) => string);

const good = (n: number, { users }: Tokens) => users[n % users.length]!;
const admin = (n: number, { users }: Tokens) => users[(n % (users.length / 2)) * 2 + 1]!;
const plain = (n: number, { users }: Tokens) => users[(n % (users.length / 2)) * 2]!;

function kind(
  name: string,
  weight: number,
  status: number,
  has: Has,
  call: Kind['call'],
  more: Partial<Kind> = {},
): Kind {
  return {
    name,
    weight,
    records: 1,
    call,
    wrong: (answer, n) => {
      const expected = typeof has === 'function' ? has(n) : has;
      const found = typeof expected === 'string' ? answer.text.includes(expected) : expected.test(answer.text);
      if (answer.status === status && found) return undefined;
      return `${answer.status} ${answer.text.slice(0, 200)} instead of ${status} ${expected}`;
    },
    ...more,
  };
}

/** A tool call in both eras, half and half. */
function tool(weight: number, name: string, args: (n: number) => object, has: Has, status = 200): Kind[] {
  return [modern, legacy].map((era) =>
    kind(`${era.name} tools/call ${name}`, weight / 2, status, has, (n, tokens) =>
      era('tools/call', { name, arguments: args(n) }, { token: good(n, tokens).token, id: n }),
    ),
  );
}

/** Any other request in both eras. */
function request(weight: number, method: string, params: Record<string, unknown>, has: Has): Kind[] {
  return [modern, legacy].map((era) =>
    kind(`${era.name} ${method}`, weight / 2, 200, has, (n, tokens) =>
      era(method, params, { token: good(n, tokens).token, id: n }),
    ),
  );
}

function badToken(name: BadToken, status = 401, has: Has = ''): Kind {
  return kind(`refused: token ${name}`, 6, status, has, (n, { bad }) =>
    modern('tools/call', { name: 'add', arguments: { a: 1, b: 2 } }, { token: bad[name], id: n }),
  );
}

const refused = (name: string, status: number, has: Has, call: Kind['call'], more?: Partial<Kind>) =>
  kind(`refused: ${name}`, 6, status, has, call, more);

export const CROWD = 'a crowd of tokens';

const none = () => ({});
const add = { name: 'add', arguments: { a: 1, b: 2 } };
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'soak', version: '1' } },
};
const left = (name: string, weight: number, call: Kind['call'], more?: Partial<Kind>) =>
  kind(`left: ${name}`, weight, 200, '', call, more);
const unanswered = {
  wrong: ({ status }: Answer) => (status === 0 ? undefined : `${status} to a client that had left`),
};

const ALLOWED: readonly Kind[] = [
  ...tool(
    420,
    'add',
    (n) => ({ a: n, b: 2 }),
    (n) => `The sum is ${n + 2}`,
  ),
  ...tool(60, 'who', none, (n) => `You are ${['ada', 'ben', 'cyd', 'dee', 'eve', 'fay', 'gus', 'hal'][n % 8]}`),
  kind(
    CROWD,
    60,
    200,
    (n) => `The sum is ${n + 2}`,
    (n, { crowd }) =>
      modern('tools/call', { name: 'add', arguments: { a: n, b: 2 } }, { token: crowd[n % crowd.length], id: n }),
  ),
  kind('a machine', 20, 200, 'You are soak-machine', (n, { machines }) =>
    modern('tools/call', { name: 'who', arguments: {} }, { token: machines[0]?.token, id: n }),
  ),
  kind('stepped up', 10, 200, 'written', (n, tokens) =>
    modern('tools/call', { name: 'write', arguments: {} }, { token: admin(n, tokens).token, id: n }),
  ),
  kind('in the group', 10, 200, 'administered', (n, tokens) =>
    legacy('tools/call', { name: 'admin', arguments: {} }, { token: admin(n, tokens).token, id: n }),
  ),
  ...request(30, 'tools/list', {}, '"progress"'),
  ...request(12, 'prompts/list', {}, 'greet'),
  ...request(12, 'resources/list', {}, 'soak://fixed'),
  ...request(12, 'resources/templates/list', {}, 'soak://item/{id}'),
  ...request(20, 'resources/read', { uri: 'soak://item/7' }, 'item 7'),
  ...request(12, 'prompts/get', { name: 'greet', arguments: { name: 'Ada' } }, 'Greet Ada'),
  ...request(
    12,
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'soak://item/{id}' }, argument: { name: 'id', value: '4' } },
    '"42"',
  ),
  kind('server/discover', 12, 200, 'supportedVersions', (n, tokens) =>
    modern('server/discover', {}, { token: good(n, tokens).token, id: n }),
  ),
  kind('initialize', 12, 200, 'serverInfo', (n, tokens) => raw(initialize, good(n, tokens).token)),
  kind('ping', 6, 200, '"result":{}', (n, tokens) => legacy('ping', {}, { token: good(n, tokens).token, id: n })),
  kind('a notification', 12, 202, '', (n, tokens) =>
    raw({ jsonrpc: '2.0', method: 'notifications/initialized' }, good(n, tokens).token),
  ),
  kind(
    'a batch',
    12,
    200,
    /sum is 3[\s\S]*sum is 3[\s\S]*sum is 3/,
    (n, tokens) => ({
      ...raw(
        [1, 2, 3].map((id) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: add })),
        good(n, tokens).token,
      ),
    }),
    { records: 3 },
  ),
  ...[modern, legacy].map((era) =>
    kind(`${era.name} progress, streamed`, 12, 200, /"progress":3[\s\S]*done/, (n, tokens) =>
      era(
        'tools/call',
        { name: 'progress', arguments: { steps: 3 } },
        {
          token: good(n, tokens).token,
          id: n,
          progressToken: n,
        },
      ),
    ),
  ),
  kind(
    'a bounded subscription',
    1,
    200,
    'acknowledged',
    (n, tokens) =>
      modern(
        'subscriptions/listen',
        { notifications: { toolsListChanged: true } },
        {
          token: good(n, tokens).token,
          id: n,
        },
      ),
    { only: 'buffered' },
  ),
];

const FAILED: readonly Kind[] = [
  ...tool(24, 'throws', none, 'The tool failed. Error id: '),
  ...tool(12, 'says_error', none, 'no such thing'),
  ...tool(24, 'add', () => ({ a: 'one' }), /Input validation error|-32602/),
  ...tool(12, 'secret', none, '[redacted: aws_access_key]'),
  ...[modern, legacy].map((era) =>
    kind(`${era.name} a tool that is not there`, 6, 200, '-32602', (n, tokens) =>
      era('tools/call', { name: 'absent', arguments: {} }, { token: good(n, tokens).token, id: n }),
    ),
  ),
  ...request(12, 'resources/read', { uri: 'soak://item/broken' }, 'Internal error'),
  kind('a result too large', 0.3, 200, 'too large', (n, tokens) =>
    modern('tools/call', { name: 'huge', arguments: {} }, { token: good(n, tokens).token, id: n }),
  ),
  kind(
    'past the deadline',
    4,
    504,
    '',
    (n, tokens) => ({
      ...modern('tools/call', { name: 'slow', arguments: {} }, { token: good(n, tokens).token, id: n }),
      remainingMs: 510,
    }),
    { only: 'in process' },
  ),
];

const LEFT: readonly Kind[] = [
  ...[modern, legacy].map((era) =>
    left(`${era.name} mid-stream`, 8, (n, tokens) => ({
      ...era(
        'tools/call',
        { name: 'progress', arguments: { steps: 1000 } },
        {
          token: good(n, tokens).token,
          id: n,
          progressToken: n,
        },
      ),
      leave: 'mid-stream',
    })),
  ),
  left('a subscription', 6, (n, tokens) => ({
    ...modern(
      'subscriptions/listen',
      { notifications: { toolsListChanged: true } },
      {
        token: good(n, tokens).token,
        id: n,
      },
    ),
    leave: 'mid-stream',
  })),
  ...[modern, legacy].map((era) =>
    left(
      `${era.name} unanswered`,
      6,
      (n, tokens) => ({
        ...era('tools/call', { name: 'slow', arguments: {} }, { token: good(n, tokens).token, id: n }),
        leave: 'unanswered',
      }),
      unanswered,
    ),
  ),
];

const REFUSED: readonly Kind[] = [
  ...(['expired', 'audience', 'use', 'forged', 'unknownKey', 'revoked', 'ungranted'] as const).map((name) =>
    badToken(name),
  ),
  badToken('noTable', 503),
  refused('no token', 401, '', (n) => modern('tools/call', add, { id: n })),
  refused('a token in the query', 400, 'Authorization header', (n, tokens) => ({
    ...modern('tools/call', add, { id: n }),
    query: `?access_token=${good(n, tokens).token}`,
  })),
  refused('a malformed token', 401, '', (n) => modern('tools/call', add, { id: n, token: 'not.a.token' })),
  refused('a scope missing', 403, 'insufficient_scope', (n, tokens) =>
    modern('tools/call', { name: 'write', arguments: {} }, { token: plain(n, tokens).token, id: n }),
  ),
  refused('a group missing', 200, '-32602', (n, tokens) =>
    legacy('tools/call', { name: 'admin', arguments: {} }, { token: plain(n, tokens).token, id: n }),
  ),
  refused('no rule', 200, '-32602', (n, tokens) =>
    modern('tools/call', { name: 'drop_table', arguments: {} }, { token: good(n, tokens).token, id: n }),
  ),
  refused('an unknown method', 404, '-32601', (n, tokens) =>
    modern('tools/steal', {}, { token: good(n, tokens).token, id: n }),
  ),
  refused('header and body differ', 400, '-32020', (n, tokens) => {
    const call = modern('tools/call', add, { token: good(n, tokens).token, id: n });
    return { ...call, headers: { ...call.headers, 'mcp-name': 'harmless' } };
  }),
  refused('GET', 405, '', (n, tokens) => ({
    ...raw('', good(n, tokens).token),
    method: 'GET',
    body: undefined,
  })),
  refused('not JSON', 400, '', (n, tokens) => raw('{"jsonrpc":', good(n, tokens).token)),
  refused('too deep', 400, '', (n, tokens) => raw(`${'['.repeat(99)}${']'.repeat(99)}`, good(n, tokens).token)),
  refused('a batch too long', 400, '', (n, tokens) =>
    raw(
      Array.from({ length: 50 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'ping' })),
      good(n, tokens).token,
    ),
  ),
  refused('a media type', 415, '', (n, tokens) => {
    const call = raw('<xml/>', good(n, tokens).token);
    return { ...call, headers: { ...call.headers, 'content-type': 'text/xml' } };
  }),
  refused('an origin', 403, '', (n, tokens) => {
    const call = raw(initialize, good(n, tokens).token);
    return { ...call, headers: { ...call.headers, origin: 'https://evil.example' } };
  }),
];

export const KINDS: readonly Kind[] = [...ALLOWED, ...FAILED, ...LEFT, ...REFUSED];

/** Draws kinds by weight, the same ones in every run. */
export function drawing(seed: number, kinds: readonly Kind[]): () => Kind {
  const total = kinds.reduce((sum, { weight }) => sum + weight, 0);
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let at = (state / 2 ** 32) * total;
    for (const one of kinds) {
      at -= one.weight;
      if (at < 0) return one;
    }
    return kinds[0]!;
  };
}
