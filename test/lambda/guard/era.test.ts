import { authorize } from '../../../lambda/guard/authorize';
import { sanitiseError } from '../../../lambda/guard/errors';
import type { Message } from '../../../lambda/guard/message';
import { compilePolicy } from '../../../lambda/guard/policy';
import type { Principal } from '../../../lambda/guard/principal';
import { refusalBody, wireRefusal } from '../../../lambda/guard/refusal';

const META = { _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' } };
const POLICY = compilePolicy({
  version: 1,
  scopes: ['use'],
  rules: [
    { resources: ['notes://*'], scopes: ['use'] },
    { resources: ['secret://plans'], scopes: ['use'], groups: ['admins'] },
  ],
});
const MEMBER: Principal = { kind: 'user', id: 'u', groups: [], scopes: ['use'], client: 'c', claims: {}, context: {} };

const request = (method: string, params: Record<string, unknown>): Message => ({
  kind: 'request',
  id: 7,
  method,
  params,
});

/** What goes on the wire for a message that the guard refuses. */
function refused(message: Message) {
  const { refusal } = authorize(message, MEMBER, POLICY, '');
  if (refusal === undefined) return undefined;
  const wire = wireRefusal(refusal, { resourceMetadata: '' });
  return { status: wire.status, ...JSON.parse(refusalBody(wire, message.id, 'e1')) };
}

test('T3 answers an unknown method of 2026-07-28 with 404, one of an older revision with 200', () => {
  expect(refused(request('admin/dump', META))).toMatchObject({ status: 404, error: { code: -32601 }, id: 7 });
  expect(refused(request('admin/dump', {}))).toMatchObject({ status: 200, error: { code: -32601 }, id: 7 });
});

test.each(['resources/subscribe', 'resources/unsubscribe'])(
  'T3 knows %s in the revisions that have it alone',
  (method) => {
    const params = { uri: 'notes://1' };
    expect(refused(request(method, params))).toBeUndefined();
    expect(refused(request(method, { ...params, ...META }))).toMatchObject({ status: 404, error: { code: -32601 } });
  },
);

test.each([
  ['2026-07-28', META, -32602],
  ['older revisions', {}, -32002],
])('T3 a resource of %s that groups forbid and one that is not there answer the same', (_name, meta, code) => {
  const hidden = request('resources/read', { uri: 'secret://plans', ...meta });
  const absent = request('resources/read', { uri: 'notes://404', ...meta });
  const error = { code, message: 'Resource notes://404 not found', data: { uri: 'notes://404' } };
  const { value, fault } = sanitiseError({ jsonrpc: '2.0', id: 7, error }, absent, 'e1');
  const { status, ...body } = refused(hidden) ?? { status: 0 };
  expect(status).toBe(200);
  expect(JSON.parse(JSON.stringify(value).replaceAll('notes://404', 'secret://plans'))).toEqual(body);
  expect(body).toMatchObject({ error: { code, data: { uri: 'secret://plans' } } });
  expect(fault).toBeUndefined();
});

test('T9 data of another resource error does not cross the wire', () => {
  const asked = request('resources/read', { uri: 'notes://1', ...META });
  const error = { code: -32602, message: 'row 7 of table users', data: { uri: 'notes://2', sql: 'SELECT' } };
  const { value } = sanitiseError({ jsonrpc: '2.0', id: 7, error }, asked, 'e1');
  expect(value.error).toEqual({ code: -32602, message: 'Invalid params' });
});
