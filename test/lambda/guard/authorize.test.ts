import { headersAgree } from '../../../lambda/guard/agreement';
import { authorize, overallRefusal } from '../../../lambda/guard/authorize';
import { type Message, messagesOf } from '../../../lambda/guard/message';
import { compilePolicy } from '../../../lambda/guard/policy';
import { ADMIN, CONFIG, MACHINE, read, USER, write } from '../../support/guard';

const policy = compilePolicy(CONFIG.policy);
const request = (method: string, params: Record<string, unknown> = {}): Message => ({
  kind: 'request',
  id: 1,
  method,
  params,
});
const decide = (message: Message, principal = USER) => authorize(message, principal, policy, CONFIG.scopePrefix);
const call = (name: unknown) => request('tools/call', { name });

test('T3 allows a call that a rule allows', () => {
  expect(decide(call('list_notes'))).toMatchObject({ target: { kind: 'tool', name: 'list_notes' } });
  expect(decide(call('list_notes')).refusal).toBeUndefined();
  expect(decide(call('delete_note'), ADMIN).refusal).toBeUndefined();
});

test('T3 refuses a tool no rule names, as unknown', () => {
  expect(decide(call('drop_table'), ADMIN).refusal).toEqual({ reason: 'no_rule', kind: 'tool', name: 'drop_table' });
});

test('T3 refuses a tool whose group is missing as unknown, never with a challenge, even when scopes are missing too', () => {
  expect(decide(call('delete_note')).refusal).toMatchObject({ reason: 'group_missing' });
});

test('A4 names all scopes needed together with those already held', () => {
  expect(decide(call('add_note')).refusal).toEqual({ reason: 'insufficient_scope', scopes: [read, write] });
  expect(decide(call('add_note'), MACHINE).refusal).toMatchObject({ reason: 'insufficient_scope' });
});

test.each([undefined, null, 7, {}, ['list_notes'], { toString: () => 'list_notes' }])(
  'T3 refuses a tool whose name is no string: %j',
  (name) => expect(decide(call(name), ADMIN).refusal).toMatchObject({ reason: 'no_rule' }),
);

test.each([
  ['prompts/get', { name: 'summarize' }, { name: 'other' }],
  ['resources/read', { uri: 'notes://note/1' }, { uri: 'file:///etc/passwd' }],
  ['resources/subscribe', { uri: 'notes://note/1' }, { uri: 'notes://other' }],
  ['resources/unsubscribe', { uri: 'notes://note/1' }, { uri: 'notes://other' }],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'summarize' } },
    { ref: { type: 'ref/prompt', name: 'other' } },
  ],
  [
    'completion/complete',
    { ref: { type: 'ref/resource', uri: 'notes://note/{id}' } },
    { ref: { type: 'ref/resource', uri: 'x://{id}' } },
  ],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'summarize' } }, { ref: undefined }],
  [
    'subscriptions/listen',
    { notifications: { resourceSubscriptions: ['notes://note/1'] } },
    { notifications: { resourceSubscriptions: ['notes://note/1', 'notes://other'] } },
  ],
])('T3 %s obeys the policy', (method, allowed, refused) => {
  expect(decide(request(method, allowed)).refusal).toBeUndefined();
  expect(decide(request(method, refused)).refusal).toMatchObject({ reason: 'no_rule' });
});

test.each([
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'logging/setLevel',
])('any valid token may send %s', (method) => expect(decide(request(method)).refusal).toBeUndefined());

test.each(['tools/delete', 'tasks/get', 'notes/secret', '', 'TOOLS/CALL'])(
  'T3 refuses the method %j, which no rule can speak of',
  (method) => {
    expect(decide(request(method), ADMIN).refusal).toEqual({ reason: 'method_unknown' });
  },
);

test('T3 a call disguised as a notification is refused', () => {
  expect(
    decide({ kind: 'notification', id: null, method: 'tools/call', params: { name: 'list_notes' } }).refusal,
  ).toEqual({
    reason: 'method_unknown',
  });
  expect(
    decide({ kind: 'notification', id: null, method: 'notifications/initialized', params: {} }).refusal,
  ).toBeUndefined();
});

describe('a batch', () => {
  const overall = (...names: string[]) => overallRefusal(names.map((name) => decide(call(name))));

  test('passes when all of it may', () => {
    expect(overall('list_notes', 'read_note')).toBeUndefined();
  });

  test('T3 is refused whole for one hidden call', () => {
    expect(overall('list_notes', 'drop_table')).toMatchObject({ reason: 'no_rule' });
  });

  test('A4 names the scopes of every message', () => {
    expect(overall('list_notes', 'add_note')).toEqual({ reason: 'insufficient_scope', scopes: [read, write] });
  });

  test('T3 gives no challenge beside a call that stepping up cannot help', () => {
    expect(overall('add_note', 'drop_table')).toMatchObject({ reason: 'no_rule' });
  });
});

describe('headers and body', () => {
  const agree = (headers: Record<string, string>, ...messages: object[]) => {
    const body = messagesOf(messages.length === 1 ? messages[0] : messages);
    if (!body.ok) throw new Error('not a message');
    return headersAgree(new Headers(headers), body.value);
  };
  const listCall = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_notes' } };
  const other = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'add_note' } };
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  test('agree, plain and encoded', () => {
    expect(agree({ 'mcp-method': 'tools/call', 'mcp-name': 'list_notes' }, listCall).ok).toBe(true);
    expect(agree({ 'mcp-name': base64('list_notes') }, listCall).ok).toBe(true);
    expect(agree({}, listCall).ok).toBe(true);
    expect(
      agree(
        { 'mcp-method': 'resources/read', 'mcp-name': base64('notes://ü') },
        { ...listCall, method: 'resources/read', params: { uri: 'notes://ü' } },
      ).ok,
    ).toBe(true);
  });

  test.each([
    ['another name', { 'mcp-name': 'ping' }, [listCall]],
    ['another method', { 'mcp-method': 'tools/list' }, [listCall]],
    ['a name for a batch of several', { 'mcp-name': 'list_notes' }, [listCall, other]],
    ['a name for what has none', { 'mcp-name': 'x' }, [{ jsonrpc: '2.0', id: 1, method: 'tools/list' }]],
    ['a broken encoding', { 'mcp-name': '=?base64?!!?=' }, [listCall]],
    ['two values', { 'mcp-name': 'list_notes, add_note' }, [listCall]],
  ])('T3 disagree: %s', (_name, headers, messages) => {
    expect(agree(headers as Record<string, string>, ...messages)).toMatchObject({
      refusal: { reason: 'header_mismatch' },
    });
  });
});
