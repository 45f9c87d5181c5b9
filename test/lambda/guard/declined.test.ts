/** Which errors are failures, and which are answers that a caller can have as often as he likes. */
import { McpServer } from '@modelcontextprotocol/server';
import type { McpFetch } from '../../../lambda/guard/guard';
import { withMetrics } from '../../../lambda/guard/metrics';
import { mcpServer } from '../../../lambda/serve/mcp-server';
import { toolError } from '../../../lambda/serve/runtime';
import { type Keys, makeKeys, messagesFrom, sign, testGuard, toolCall, userClaims } from '../../support/guard';

let keys: Keys;
let token: string;

beforeAll(async () => {
  keys = await makeKeys();
  token = await sign(keys, userClaims());
});

const said = (text: string) => ({ isError: true, content: [{ type: 'text', text }] });
const result = (value: object) => ({ jsonrpc: '2.0', id: 1, result: value });
const error = (code: number, message = 'in words') => ({ jsonrpc: '2.0', id: 1, error: { code, message } });
const issues = (...path: string[]) => JSON.stringify([{ code: 'invalid_type', path, message: 'Invalid input' }]);
const json =
  (message: object): McpFetch =>
  async () =>
    Response.json(message);
const stream =
  (message: object): McpFetch =>
  async () =>
    new Response(`data: ${JSON.stringify(message)}\n\n`, { headers: { 'content-type': 'text/event-stream' } });

/** What audit, metrics and error log have of a call that is answered so, and what the caller gets. */
async function answered(server: McpFetch, foreign = false) {
  const { post, records, audits } = testGuard(keys, server, { foreign });
  const [message] = await messagesFrom(await post(toolCall('list_notes'), { token }));
  const [audit] = audits();
  const { Errors, Declined } = withMetrics(audit!) as { Errors: number; Declined?: number };
  return { outcome: audit?.outcome, Errors, Declined, logged: records.length - 1, message };
}

const DECLINED = { outcome: 'declined', Errors: 0, Declined: 1, logged: 0 };
const FAILED = { outcome: 'error', Errors: 1, Declined: undefined, logged: 1 };
const INVALID = 'Input validation error: Invalid arguments for tool list_notes: ';

describe.each([
  ['JSON', json],
  ['a stream', stream],
])('O5 as %s', (_name, as) => {
  test.each([
    ['what a tool says on purpose', result(toolError('There is no note 7'))],
    ['what the SDK says of arguments', result(said(`${INVALID}id: expected string`))],
    ['a resource that is not there', error(-32002)],
    ['parameters that are wrong', error(-32602)],
    ['parameters that do not fit, as the SDK says it', error(-32603, issues('params', 'cursor'))],
    ['a method that is not there', error(-32601)],
  ])('%s is no failure', async (_what, message) => {
    expect(await answered(as(message))).toMatchObject(DECLINED);
  });

  test.each([
    ['a tool that throws', result(said('connect ECONNREFUSED'))],
    ['a tool that fails without a word', result({ isError: true })],
    ['an error inside the server', error(-32603)],
    ['a value of its own that does not fit', error(-32603, issues('config', 'url'))],
    ['issues with a code of its own', error(1234, issues('params', 'cursor'))],
    ['a list of no issues', error(-32603, '[]')],
    ['a list that is none', error(-32603, '[')],
    ['a code that nobody knows', error(1234)],
    ['an answer that is none', { jsonrpc: '2.0', id: 1, note: 'result' }],
    ['words in the name of another tool', result(said(INVALID.replace('list_notes', 'query_db')))],
  ])('%s is one', async (_what, message) => {
    expect(await answered(as(message))).toMatchObject(FAILED);
  });

  test('arguments that are wrong in more ways than there is room for are none, and what leaves is bounded', async () => {
    const { message, ...seen } = await answered(as(result(said(`${INVALID}${'id: expected string '.repeat(1000)}`))));
    expect(seen).toMatchObject(DECLINED);
    expect(message?.result.content[0].text).toHaveLength(2000);
  });

  test.each([
    ['a tool says that it failed', result(said('connect ECONNREFUSED'))],
    ['a request fails', error(-32603)],
    ['with a code of its own', error(1234)],
  ])('of a server behind the sidecar nobody knows: %s', async (_what, message) => {
    const { message: wire, ...seen } = await answered(as(message), true);
    expect(seen).toMatchObject({ ...DECLINED, logged: 1 });
    expect(JSON.stringify(wire)).not.toContain('ECONNREFUSED');
  });

  test('what is no answer is a failure of such a server too', async () => {
    expect(await answered(as({ jsonrpc: '2.0', id: 1, note: 'result' }), true)).toMatchObject(FAILED);
  });
});

test('O5 a server that answers 5xx has failed, behind the sidecar too', async () => {
  const fails: McpFetch = async () => Response.json(error(-32602), { status: 500 });
  expect(await answered(fails, true)).toMatchObject({ outcome: 'error', Errors: 1 });
});

test('O5 in a batch each message has the end that is its own', async () => {
  const both = [result(toolError('no')), { ...result(said('ECONNREFUSED')), id: 2 }];
  const { post, audits } = testGuard(keys, json(both));
  await post([toolCall('list_notes'), toolCall('read_note', {}, 2)], { token });
  expect(audits()).toMatchObject([
    { name: 'list_notes', outcome: 'declined' },
    { name: 'read_note', outcome: 'error' },
  ]);
});

test('O5 parameters that do not fit a method of the SDK are no failure, however often they come', async () => {
  const sdk = () => {
    const server = new McpServer({ name: 'notes', version: '1' });
    server.registerTool('list_notes', {}, async () => ({ content: [] }));
    return server;
  };
  const { post, audits } = testGuard(keys, mcpServer(sdk, {}));
  for (let id = 0; id < 3; id++) {
    const asked = { jsonrpc: '2.0', id, method: 'tools/list', params: { cursor: 5 } };
    const [message] = await messagesFrom(await post(asked, { token }));
    expect(message?.error).toMatchObject({ code: -32602 });
  }
  expect(audits().map(({ outcome }) => outcome)).toEqual(['declined', 'declined', 'declined']);
});
