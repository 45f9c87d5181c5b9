/** Headers that address a tenant or project, against the claims of the token. */
import { decideContext } from '../../../lambda/guard/context-headers';
import type { McpFetch } from '../../../lambda/guard/guard';
import type { ContextHeaderRule } from '../../../lib/private/contract';
import {
  CONFIG,
  type Keys,
  machineClaims,
  makeKeys,
  messagesFrom,
  sign,
  testGuard,
  toolCall,
  USER,
  userClaims,
} from '../../support/guard';

const TENANT: ContextHeaderRule = { header: 'x-tenant', claim: 'custom:tenant', required: true };
const PROJECT: ContextHeaderRule = { header: 'x-project', claim: 'projects', required: false };

let keys: Keys;
beforeAll(async () => {
  keys = await makeKeys();
});

interface Sent {
  readonly headers?: Record<string, string>;
  readonly claims?: Record<string, unknown>;
  readonly body?: unknown;
  readonly rules?: readonly ContextHeaderRule[];
  readonly machine?: boolean;
}

async function send({
  headers = {},
  claims = {},
  body = toolCall('list_notes'),
  rules = [TENANT, PROJECT],
  machine,
}: Sent) {
  const given: Parameters<McpFetch>[] = [];
  const server: McpFetch = async (...all) => {
    given.push(all);
    return Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
  };
  const guard = testGuard(keys, server, {}, { policy: { ...CONFIG.policy, contextHeaders: rules } });
  const all = { 'custom:tenant': 'acme', projects: ['apollo', 'gemini'], ...claims };
  const token = await sign(keys, machine ? machineClaims(all) : userClaims(all));
  const response = await guard.post(body, { token, headers });
  return { response, guard, principal: given[0]?.[1].principal };
}

test('A17 a header that says what the claim says passes, and reaches the tool', async () => {
  const { response, principal } = await send({ headers: { 'X-Tenant': 'acme', 'x-project': 'gemini' } });
  expect(response.status).toBe(200);
  expect(principal?.context).toEqual({ 'x-tenant': 'acme', 'x-project': 'gemini' });
  expect(Object.isFrozen(principal?.context)).toBe(true);
});

test('A17 an optional header may be left out, and then has no value', async () => {
  const { response, principal } = await send({ headers: { 'x-tenant': 'acme' } });
  expect(response.status).toBe(200);
  expect(principal?.context).toEqual({ 'x-tenant': 'acme' });
});

test('A17 a server without such headers addresses nothing, whatever is sent', async () => {
  const { response, principal } = await send({ headers: { 'x-tenant': 'acme' }, rules: [] });
  expect([response.status, principal?.context]).toEqual([200, {}]);
});

test.each<[string, Record<string, string>, Record<string, unknown>]>([
  ['another value', { 'x-tenant': 'globex' }, {}],
  ['no header', {}, {}],
  ['the value in other letters', { 'x-tenant': 'ACME' }, {}],
  ['more than the value', { 'x-tenant': 'acme2' }, {}],
  ['a part of the value', { 'x-tenant': 'acm' }, {}],
  ['an empty header', { 'x-tenant': '' }, { 'custom:tenant': '' }],
  ['two headers', { 'x-tenant': 'acme, acme' }, {}],
  ['two headers as API Gateway joins them', { 'x-tenant': 'acme,acme' }, { 'custom:tenant': 'acme,acme' }],
  ['a value without end', { 'x-tenant': 'a'.repeat(257) }, { 'custom:tenant': 'a'.repeat(257) }],
  ['a control character', { 'x-tenant': 'ac\u0001me' }, { 'custom:tenant': 'ac\u0001me' }],
  ['another alphabet', { 'x-tenant': 'acm\u00e9' }, { 'custom:tenant': 'acm\u00e9' }],
  ['no claim', { 'x-tenant': 'acme' }, { 'custom:tenant': undefined }],
  ['a claim that is a number', { 'x-tenant': '42' }, { 'custom:tenant': 42 }],
  ['a claim that is an object', { 'x-tenant': 'acme' }, { 'custom:tenant': { acme: true } }],
  ['a claim that is a list as text', { 'x-tenant': 'acme' }, { 'custom:tenant': 'acme globex' }],
  ['an optional header with another value', { 'x-tenant': 'acme', 'x-project': 'mercury' }, {}],
  ['an optional header without a claim', { 'x-tenant': 'acme', 'x-project': 'apollo' }, { projects: undefined }],
])('A17 %s is refused, and nothing runs', async (_name, headers, claims) => {
  const { response, guard, principal } = await send({ headers, claims });
  expect(response.status).toBe(403);
  expect(response.headers.get('www-authenticate')).toBeNull();
  expect(principal).toBeUndefined();
  expect(guard.audits()[0]).toMatchObject({ decision: 'refuse', reason: 'context_header', name: 'list_notes' });
  const [message] = await messagesFrom(response);
  expect(message).toMatchObject({
    id: 1,
    error: { message: expect.stringMatching(/^x-(tenant|project) is not what/) },
  });
  expect(JSON.stringify(message)).not.toContain('globex');
});

test('A17 a claim of the prototype is no claim', async () => {
  const rules = [{ header: 'x-tenant', claim: 'constructor', required: true }];
  expect((await send({ rules, headers: { 'x-tenant': 'acme' } })).response.status).toBe(403);
});

test('A17 counts for machines as it does for users', async () => {
  expect((await send({ machine: true, headers: { 'x-tenant': 'acme' } })).response.status).toBe(200);
  expect((await send({ machine: true, headers: { 'x-tenant': 'globex' } })).response.status).toBe(403);
});

test.each(['server/discover', 'initialize', 'ping'])(
  'A17 %s passes without the header, not with a wrong one',
  async (method) => {
    const body = { jsonrpc: '2.0', id: 1, method, params: {} };
    expect((await send({ body })).response.status).toBe(200);
    expect((await send({ body, headers: { 'x-tenant': 'globex' } })).response.status).toBe(403);
  },
);

test.each([
  ['a list', { jsonrpc: '2.0', id: 1, method: 'tools/list' }],
  ['a read', { jsonrpc: '2.0', id: 1, method: 'resources/read', params: { uri: 'notes://note/1' } }],
  ['a call beside a ping', [{ jsonrpc: '2.0', id: 1, method: 'ping' }, toolCall('list_notes', {}, 2)]],
])('A17 %s without the header is refused', async (_name, body) => {
  expect((await send({ body })).response.status).toBe(403);
});

test('A17 the values of two requests with one token do not meet, though they are under way at once', async () => {
  const contexts: unknown[] = [];
  let verified = false;
  const arrived: (() => void)[] = [];
  const server: McpFetch = async (_request, { principal }) => {
    const answer = () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    if (!verified) return answer();
    await new Promise<void>((all) => {
      arrived.push(all);
      if (arrived.length === 3) for (const goOn of arrived) goOn();
    });
    contexts.push(principal.context);
    return answer();
  };
  const guard = testGuard(keys, server, {}, { policy: { ...CONFIG.policy, contextHeaders: [PROJECT] } });
  const token = await sign(keys, userClaims({ projects: ['apollo', 'gemini'] }));
  const send = (headers: Record<string, string>) => guard.post(toolCall('list_notes'), { token, headers });
  await send({});
  verified = true;
  await Promise.all([send({ 'x-project': 'apollo' }), send({ 'x-project': 'gemini' }), send({})]);
  const apollo = { 'x-project': 'apollo' };
  expect(contexts).toHaveLength(3);
  expect(contexts).toEqual(expect.arrayContaining([apollo, { 'x-project': 'gemini' }, {}]));
});

test('A17 refuses the stream and the end of a session without a required header', () => {
  const claims = { 'custom:tenant': 'acme' };
  const principal = { ...USER, claims };
  expect(decideContext([TENANT], new Headers(), principal, [])).toMatchObject({ ok: false });
  expect(decideContext([TENANT], new Headers({ 'x-tenant': 'acme' }), principal, [])).toMatchObject({ ok: true });
});
