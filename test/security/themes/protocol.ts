/** The guard before a real server: headers, methods and names that are not what they seem, in both protocol eras. */
import { modern, toolCall } from '../../support/guard';
import { startServed } from '../../support/served';
import { type Attack, firstOf, type Theme, unless } from '../attack-row';

const MAY = ['list_notes', 'read_note', 'read_other', 'summarize'];

interface Sent {
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

function row(attack: string, { body, headers, method }: Sent, statuses?: readonly number[], mayRun = false): Attack {
  return {
    attack,
    expectation: `${statuses?.join(' or ') ?? 'no failure of the server'}, ${mayRun ? 'no more than may be' : 'nothing'} reached`,
    run: async ({ keys }) => {
      const served = await startServed(keys);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const answered = await served.send(text, headers, method);
      const wrong = served.reached.find(({ name }) => !mayRun || !MAY.includes(name));
      return firstOf(
        unless(wrong === undefined, `reached ${wrong?.name}`),
        unless(statuses?.includes(answered.status) ?? answered.status < 500, `answered ${answered.status}`),
        unless(
          !answered.text.includes('delete_note"') || JSON.stringify(body).includes('delete_note'),
          'it names a hidden tool',
        ),
      );
    },
  };
}

const legacy = (name: string) => ({
  headers: { 'mcp-protocol-version': '2025-11-25' } as Record<string, string>,
  body: toolCall(name),
});
const current = (name: string) =>
  modern('tools/call', { name, arguments: {} }) as { headers: Record<string, string>; body: object };
const ERAS = [
  ['2026-07-28', current],
  ['2025-11-25', legacy],
  ['no version', (name: string) => ({ headers: {} as Record<string, string>, body: toolCall(name) })],
] as const;

const b64 = (text: string) => Buffer.from(text).toString('base64');

/** `Mcp-Name` over a call of read_note, which the caller may make. */
const NAMES = [
  'list_notes',
  'READ_NOTE',
  'read_note\u00a0',
  'read_note,list_notes',
  'read_not',
  '*',
  '',
  'read%5fnote',
  '=?base64?',
  '=?base64??=',
  '=?base64?@@@@?=',
  '=?base64?cmVhZF9ub3Rl',
  'cmVhZF9ub3Rl?=',
  '=?BASE64?cmVhZF9ub3Rl?=',
  '=?utf-8?B?cmVhZF9ub3Rl?=',
  '=?utf-8?Q?read=5Fnote?=',
  `=?base64?${b64('read_note')}?= `.concat('x'),
  `=?base64?${b64('read_note\0')}?=`,
  `=?base64?${b64('list_notes')}?=`,
  `=?base64?${b64('list_notes')}?==?base64?${b64('read_note')}?=`,
  `=?base64?${b64(`=?base64?${b64('read_note')}?=`)}?=`,
  `=?base64?${'A'.repeat(10_000)}?=`,
];

const SMUGGLED: readonly Attack[] = ERAS.flatMap(([era, call]) => {
  const { headers, body } = call('read_note');
  return [
    ...NAMES.map((name) =>
      row(
        `${era}: Mcp-Name ${JSON.stringify(name).slice(0, 50)} over another call`,
        { body, headers: { ...headers, 'mcp-name': name } },
        [400],
      ),
    ),
    ...['ping', 'tools/list', 'TOOLS/CALL', 'tools/call,ping', 'tools', ''].map((method) =>
      row(
        `${era}: Mcp-Method ${JSON.stringify(method)} over a call`,
        { body, headers: { ...headers, 'mcp-method': method } },
        [400],
      ),
    ),
    row(
      `${era}: a harmless name over a forbidden call`,
      { body: call('drop_table').body, headers: { ...headers, 'mcp-name': 'list_notes', 'mcp-method': 'tools/call' } },
      [400],
    ),
    row(
      `${era}: a forbidden call in a batch under a harmless name`,
      {
        body: [toolCall('list_notes', {}, 1), toolCall('drop_table', {}, 2)],
        headers: { ...headers, 'mcp-name': 'list_notes', 'mcp-method': 'tools/call' },
      },
      [400],
    ),
    row(`${era}: a forbidden call under its own name`, call('drop_table'), [200]),
    row(`${era}: a call that needs another scope`, call('add_note'), [403]),
    row(`${era}: a call that needs a group`, call('delete_note'), [200]),
  ];
});

const VERSIONS = [
  '',
  '1',
  '1.0',
  '0000-00-00',
  '2099-01-01',
  '2026-07-28, 2025-11-25',
  '2025-11-25, 2026-07-28',
  '../../etc',
  '2026-07-28\u00a0',
  'latest',
  'null',
  '2'.repeat(5_000),
];

const UNKNOWN_VERSIONS: readonly Attack[] = VERSIONS.flatMap((version) => [
  row(`the version ${JSON.stringify(version).slice(0, 40)} over a forbidden call`, {
    body: toolCall('drop_table'),
    headers: { 'mcp-protocol-version': version },
  }),
  row(
    `the version ${JSON.stringify(version).slice(0, 40)} over a call`,
    { body: toolCall('list_notes'), headers: { 'mcp-protocol-version': version } },
    undefined,
    true,
  ),
]);

const MIXED: readonly Attack[] = [
  row('a body of 2026-07-28 under the header of 2025-11-25', {
    body: current('drop_table').body,
    headers: { 'mcp-protocol-version': '2025-11-25' },
  }),
  row('a body of 2025-11-25 under the header of 2026-07-28', {
    body: toolCall('drop_table'),
    headers: { 'mcp-protocol-version': '2026-07-28' },
  }),
  row(
    'a batch under the header of 2026-07-28',
    {
      body: [toolCall('list_notes', {}, 1), toolCall('read_note', {}, 2)],
      headers: { 'mcp-protocol-version': '2026-07-28' },
    },
    undefined,
    true,
  ),
  row(
    'a version in the body that the header does not have',
    {
      ...current('list_notes'),
      body: {
        ...toolCall('list_notes'),
        params: {
          name: 'list_notes',
          arguments: {},
          _meta: { 'io.modelcontextprotocol/protocolVersion': '1999-01-01' },
        },
      },
    },
    undefined,
    true,
  ),
  row('initialize and a forbidden call in one batch', {
    body: [
      {
        jsonrpc: '2.0',
        id: 0,
        method: 'initialize',
        params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
      },
      toolCall('drop_table'),
    ],
  }),
];

const TYPES = [
  'text/plain',
  'text/json',
  'text/plain; application/json',
  'application/json, text/plain',
  'application/json,application/json',
  'application/jsonx',
  'application/json-rpc',
  'application/jsonl',
  'application/json+x',
  'application/problem+json',
  'application/x-www-form-urlencoded',
  'application/octet-stream',
  'application/xml',
  'multipart/form-data; boundary=x',
  'multipart/mixed; boundary="application/json"',
  'multipart/form-data; boundary=x; application/json',
  '*/*',
  'json',
  '',
  ';application/json',
];

const ACCEPTS = [
  '',
  '*/*',
  'text/html',
  'application/json',
  'text/event-stream',
  'application/json, application/json',
  'text/event-stream;q=0, application/json;q=0',
  'a'.repeat(9_000),
];

const METHODS = [
  'tools/call ',
  ' tools/call',
  'TOOLS/CALL',
  'tools//call',
  'tools/./call',
  'tools/call\0',
  'tools\u2215call',
  'tools%2fcall',
  'tools.call',
  'tools/delete',
  'rpc.discover',
  'system.listMethods',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'tasks/get',
  'tasks/result',
  'tasks/cancel',
  'resources/write',
  '__proto__',
  'constructor',
  '',
  'x'.repeat(10_000),
];

const TOOLS = [
  'LIST_NOTES',
  'list_notes ',
  ' list_notes',
  'list_notes\0',
  'list_notes\n',
  'list_notes/../drop_table',
  'list\u005fnotes/x',
  'lіst_notes',
  'ｌｉｓｔ_notes',
  'list_note\u0073\u200b',
  'drop_table',
  'drop_table#list_notes',
  'read',
  'read*',
  '*',
  '',
  'x'.repeat(100_000),
];

/** Below `notes://note/`, which a rule names with a star, or not. */
const ADDRESSES = [
  'notes://note/../secret',
  'notes://note/%2e%2e/secret',
  'notes://note/%2E./secret',
  'notes://note/..%2fsecret',
  'notes://note/..\\secret',
  'notes://note/..%5csecret',
  'notes://note/.',
  'notes://note/a/./b',
  'notes://note/\t../secret',
  'notes://note/.\n./secret',
  'notes://note/ x',
  'NOTES://note/x',
  'notes://NOTE/x',
  'notes://note',
  'notes:/note/x',
  'notes://note:1/x',
  'notes://x@note/x',
  'notes://note.evil.example/x',
  'file:///etc/passwd',
  'http://169.254.169.254/latest/meta-data/',
  '',
];

const OVERRIDES = ['x-http-method-override', 'x-http-method', 'x-method-override'].flatMap((name) => [
  row(`GET with ${name}: POST`, { body: '', headers: { [name]: 'POST' }, method: 'GET' }, [405]),
  row(`a call with ${name}: GET`, { body: toolCall('drop_table'), headers: { [name]: 'GET' } }, [200]),
]);

const rpc = (method: string, params: object = {}) => ({ jsonrpc: '2.0', id: 1, method, params });

export const protocol: Theme = {
  name: 'guard: protocol',
  attacks: [
    ...ERAS.map(([era, call]) => ({
      attack: `none: a call of ${era} under its own name`,
      expectation: 'the tool runs',
      run: async ({ keys }: Parameters<Attack['run']>[0]) => {
        const served = await startServed(keys);
        const { headers, body } = call('read_note');
        const own = { ...headers, 'mcp-name': `=?base64?${b64('read_note')}?=`, 'mcp-method': 'tools/call' };
        const { status } = await served.send(JSON.stringify(body), own);
        return unless(status === 200 && served.reached[0]?.name === 'read_note', `answered ${status}`);
      },
    })),
    ...SMUGGLED,
    ...UNKNOWN_VERSIONS,
    ...MIXED,
    ...TYPES.map((type) =>
      row(`the content type '${type}'`, { body: toolCall('list_notes'), headers: { 'content-type': type } }, [415]),
    ),
    ...ACCEPTS.map((accept) =>
      row(`Accept: ${accept.slice(0, 40)} over a forbidden call`, {
        body: toolCall('drop_table'),
        headers: { accept },
      }),
    ),
    ...['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'].map((method) =>
      row(`${method}`, { body: toolCall('list_notes'), method }, [405]),
    ),
    ...OVERRIDES,
    ...METHODS.map((method) =>
      row(
        `the method ${JSON.stringify(method).slice(0, 40)}`,
        { body: rpc(method, { name: 'list_notes', arguments: {} }) },
        [200],
      ),
    ),
    ...TOOLS.map((name) => row(`the tool ${JSON.stringify(name).slice(0, 40)}`, { body: toolCall(name) }, [200])),
    ...TOOLS.map((name) =>
      row(`the prompt ${JSON.stringify(name).slice(0, 40)}`, { body: rpc('prompts/get', { name }) }, [200]),
    ),
    ...ADDRESSES.flatMap((uri) => [
      row(`the resource ${JSON.stringify(uri)}`, { body: rpc('resources/read', { uri }) }, [200]),
      row(`a subscription to ${JSON.stringify(uri)}`, { body: rpc('resources/subscribe', { uri }) }, [200]),
      row(
        `listening to ${JSON.stringify(uri)}`,
        { body: rpc('subscriptions/listen', { notifications: { resourceSubscriptions: [uri] } }) },
        [200],
      ),
      row(
        `a completion for ${JSON.stringify(uri)}`,
        {
          body: rpc('completion/complete', { ref: { type: 'ref/resource', uri }, argument: { name: 'a', value: '' } }),
        },
        [200],
      ),
    ]),
    row(
      'a completion for a prompt no rule names',
      {
        body: rpc('completion/complete', {
          ref: { type: 'ref/prompt', name: 'other' },
          argument: { name: 'a', value: '' },
        }),
      },
      [200],
    ),
    row('a completion for nothing', { body: rpc('completion/complete', {}) }, [200]),
    row('an answer to nothing that was asked', { body: { jsonrpc: '2.0', id: 1, result: { content: [] } } }),
    row('a call as a notification', { body: { jsonrpc: '2.0', method: 'tools/call', params: { name: 'list_notes' } } }),
    row('a notification of no protocol', { body: { jsonrpc: '2.0', method: 'evil/notify' } }),
  ],
};
