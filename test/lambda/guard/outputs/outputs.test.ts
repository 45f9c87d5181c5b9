import type { Message } from '../../../../lambda/guard/message';
import { outputPolicyOf } from '../../../../lambda/guard/outputs/output-policy';
import { type OutputFacts, outgoing, outgoingAnswer } from '../../../../lambda/guard/outputs/outputs';
import { compilePolicy } from '../../../../lambda/guard/policy';
import { toolError } from '../../../../lambda/serve/runtime';
import { CONFIG, MACHINE, USER } from '../../../support/guard';

const request = (method: string, params = {}): Message => ({ kind: 'request', id: 1, method, params });
const factsFor = (asked: Message, overrides: Partial<OutputFacts> = {}): OutputFacts => ({
  policy: compilePolicy(CONFIG.policy),
  principal: USER,
  requests: new Map([[asked.id, asked]]),
  errorId: 'error-1',
  maxBytes: 10_000,
  ...overrides,
});
const answer = (asked: Message, message: object, overrides: Partial<OutputFacts> = {}) => {
  const out = outgoingAnswer(JSON.stringify(message), asked, factsFor(asked, overrides));
  return { ...out, message: JSON.parse(out.text) };
};
const result = (value: object) => ({ jsonrpc: '2.0', id: 1, result: value });
const call = request('tools/call', { name: 'list_notes' });

describe('lists', () => {
  const tools = ['list_notes', 'add_note', 'delete_note', 'drop_table'].map((name) => ({ name }));
  const shown = (principal = USER) =>
    answer(request('tools/list'), result({ tools, nextCursor: 'next', cacheScope: 'public' }), { principal }).message
      .result;

  test('T3 show what the caller may call or step up to, and keep the cursor', () => {
    expect(shown()).toEqual({
      tools: [{ name: 'list_notes' }, { name: 'add_note' }],
      nextCursor: 'next',
      cacheScope: 'private',
    });
    expect(shown(MACHINE).tools).toEqual([{ name: 'list_notes' }]);
  });

  test.each([
    ['prompts/list', 'prompts', 'name', 'summarize', 'other'],
    ['resources/list', 'resources', 'uri', 'notes://note/1', 'file:///etc/passwd'],
    ['resources/templates/list', 'resourceTemplates', 'uriTemplate', 'notes://note/{id}', 'file:///{path}'],
  ])('T3 %s is filtered', (method, items, name, allowed, refused) => {
    const list = { [items]: [{ [name]: allowed }, { [name]: refused }, {}, null] };
    expect(answer(request(method), result(list)).message.result).toEqual({ [items]: [{ [name]: allowed }] });
  });

  test('T3 a list that is no list shows nothing', () => {
    expect(answer(request('tools/list'), result({ tools: { 0: { name: 'drop_table' } } })).message.result).toEqual({
      tools: [],
    });
  });

  test('T3 an answer to nothing that was asked is withheld', () => {
    const stray = outgoing(JSON.stringify({ ...result({ tools }), id: 2 }), factsFor(request('tools/list')));
    expect(stray.text).not.toContain('drop_table');
    expect(stray.answers[0]).toMatchObject({ failed: true });
  });
});

describe('errors', () => {
  test('T9 a thrown tool error leaves an id on the wire and its story for the log', () => {
    const thrown = result({
      isError: true,
      content: [{ type: 'text', text: 'connect failed: password=hunter2 at /srv/app.js:3' }],
    });
    const out = answer(call, thrown);
    expect(out.message.result).toEqual({
      isError: true,
      content: [{ type: 'text', text: 'The tool failed. Error id: error-1' }],
    });
    expect(JSON.stringify(out.answers[0])).toContain('hunter2');
  });

  test('T9 structured content and meta of a failed tool stay inside too', () => {
    const out = answer(
      call,
      result({ isError: true, content: [], structuredContent: { dsn: 'hunter2' }, _meta: { dsn: 'hunter2' } }),
    );
    expect(out.text).not.toContain('hunter2');
  });

  test('T9 an error made by toolError is meant for the client; its mark is taken off', () => {
    const out = answer(call, result(toolError('There is no note 7')));
    expect(out.message.result).toEqual({ isError: true, content: [{ type: 'text', text: 'There is no note 7' }] });
  });

  test('T5 what the SDK says of invalid arguments passes', () => {
    const text = 'Input validation error: Invalid arguments for tool list_notes: id: expected string';
    expect(
      answer(call, result({ isError: true, content: [{ type: 'text', text }] })).message.result.content[0].text,
    ).toBe(text);
  });

  test.each([
    [-32603, 'ENOENT /srv/secret', 'Internal error'],
    [1234, 'hunter2', 'Internal error'],
    [-32602, 'bad query SELECT', 'Invalid params'],
    [-32601, 'no handler at /srv/app.js', 'Method not found'],
  ])('T9 a protocol error %d keeps its code or becomes an internal one, never its text', (code, message, shown) => {
    const out = answer(request('resources/read'), {
      jsonrpc: '2.0',
      id: 1,
      error: { code, message, data: { stack: message } },
    });
    expect(out.message.error.message).toBe(shown);
    expect(out.text).not.toContain(message);
  });

  test.each([
    '{"jsonrpc":"2.0","id":1,"result":{"is\\u0045rror":true,"content":[{"type":"text","text":"hunter2"}]}}',
    '{"jsonrpc":"2.0","id":1,"result":{"isError" : true,"content":[{"type":"text","text":"hunter2"}]}}',
  ])('T9 an error cannot hide behind spelling: %s', (text) => {
    expect(outgoingAnswer(text, call, factsFor(call)).text).not.toContain('hunter2');
  });

  test('T9 what is not JSON is replaced', () => {
    expect(outgoing('Traceback (most recent call last)', factsFor(call)).text).not.toContain('Traceback');
  });
});

describe('secrets', () => {
  const jwt = `eyJ${'hbGciOiJSUzI1NiJ9'}.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl`;
  test.each([
    ['aws_access_key', `AKIA${'IOSFODNN7EXAMPLE'}`],
    ['jwt', jwt],
    ['private_key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----'],
    ['github_token', `ghp_${'a'.repeat(36)}`],
    ['slack_token', `xoxb-${'1'.repeat(12)}`],
    ['bearer', `Bearer ${'f'.repeat(24)}`],
  ])('T7 %s is redacted in text, structured content, keys and escapes, and counted', (name, secret) => {
    const message = result({
      content: [{ type: 'text', text: `it is ${secret}` }],
      structuredContent: { deep: [{ [secret]: secret }] },
    });
    const out = answer(call, message);
    expect(out.text).not.toContain(secret.slice(0, 20));
    expect(out.redactions).toEqual({ [name]: 3 });
    const escaped = JSON.stringify(message).replaceAll(secret.slice(0, 1), `\\u00${secret.charCodeAt(0).toString(16)}`);
    if (!escaped.includes('"\\u')) expect(outgoingAnswer(escaped, call, factsFor(call)).text).not.toContain(secret);
  });

  test.each([
    `AKIA${'IOSFODNN7EXAMPLE'}`,
    jwt,
    `ghp_${'a'.repeat(36)}`,
    `xoxb-${'1'.repeat(12)}`,
    `Bearer ${'f'.repeat(24)}`,
  ])('T7 a secret at the start of a line is found in the JSON text too: %s', (secret) => {
    for (const before of ['\n', '\t', '\r\n', ' ', '"']) {
      const out = answer(call, result({ content: [{ type: 'text', text: `keys:${before}${secret}` }] }));
      expect(out.text).not.toContain(secret.slice(0, 20));
    }
  });

  test.each([
    'eyJ-'.repeat(250_000),
    'eyJaaaaaaaa.'.repeat(80_000),
    'Bearer '.repeat(140_000),
    'xoxb-'.repeat(200_000),
    '-----BEGIN A PRIVATE KEY-----'.repeat(30_000),
  ])(
    'T8 a text made to be slow to search is searched all the same: %#',
    (text) => {
      const slow = { content: [{ type: 'text', text }] };
      expect(outgoing(JSON.stringify(result(slow)), factsFor(call, { maxBytes: 10_000_000 })).answers).toHaveLength(1);
    },
    10_000,
  );

  test('T7 a result without secrets passes as it came', () => {
    const text = '{ "jsonrpc": "2.0", "id": 1, "result": { "content": [] } }';
    expect(outgoingAnswer(text, call, factsFor(call))).toMatchObject({ text, redactions: {} });
  });
});

test.each([
  '{"secret":"of another service"}',
  '{"result":"of another service"}',
  '{"note":"result","id":1}',
  '["of another service"]',
  '"of another service"',
  '{"jsonrpc":"2.0","method":"notifications/message","params":{"data":"of another service"}}',
  '{"jsonrpc":"2.0","id":2,"result":{"content":[{"type":"text","text":"of another service"}]}}',
])('T9 a body that does not answer the request becomes an internal error: %s', (text) => {
  const out = outgoingAnswer(text, call, factsFor(call));
  expect(out.text).not.toContain('of another service');
  expect(out.text).toContain('Internal error');
  expect(out.answers).toMatchObject([{ failed: true }]);
});

test.each(['a "quoted" id', 7, 'ü'])('T9 an answer to the request passes, whatever its id: %s', (id) => {
  const asked = { ...call, id };
  const message = { result: { content: [] }, jsonrpc: '2.0', id };
  expect(answer(asked, message).message).toEqual(message);
  expect(answer(asked, message).answers).toEqual([{ id, failed: false }]);
});

test('T7 a result over the size bound is replaced by an error that says so', () => {
  const big = result({ content: [{ type: 'text', text: 'x'.repeat(10_000) }] });
  expect(answer(call, big).message.error.message).toBe('The result is too large');
});

test('T9 an error spelled in escapes is an error, where nothing is redacted either', () => {
  const outputs = outputPolicyOf({ ...CONFIG, policy: { ...CONFIG.policy, outputs: { secrets: false } } });
  const text =
    '{"jsonrpc":"2.0","id":1,"result":{"\\u0069sError":true,"content":[{"type":"text","text":"dsn of db.internal"}]}}';
  expect(outgoingAnswer(text, call, factsFor(call, { outputs })).text).not.toContain('db.internal');
});

test('T3 an answer to nothing that was asked goes to nobody, beside one that was', () => {
  const stray = { jsonrpc: '2.0', id: 9, result: { tools: [{ name: 'delete_note' }] } };
  const out = outgoing(JSON.stringify([stray, result({ content: [] })]), factsFor(call));
  expect(out.text).not.toContain('delete_note');
  expect(out.answers).toMatchObject([
    { id: 9, failed: true },
    { id: 1, failed: false },
  ]);
});

test('T9 what is neither answer, error nor question is replaced, in a batch too', () => {
  const out = outgoing(JSON.stringify([{ jsonrpc: '2.0', id: 1, result: 'at /var/task/index.js' }]), factsFor(call));
  expect(out.text).not.toContain('/var/task');
  expect(out.answers).toMatchObject([{ id: 1, failed: true }]);
});
