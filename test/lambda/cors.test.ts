import { crossOrigin, preflight, takesPreflight } from '../../lambda/broker/cors';
import { answerFor, preflightFor } from '../../lambda/cors';
import type { McpFetch } from '../../lambda/guard/guard';
import { makeKeys, sign, testGuard, toolCall, userClaims } from '../support/guard';

const NAMED = 'https://app.example.com';
const OTHER = 'https://evil.example';
const FACTS = { allowedOrigins: [NAMED], cors: ['authorization', 'x-user'], resource: 'https://mcp.example.com/mcp' };
const AT_GATEWAY = { allowedOrigins: [NAMED] };

describe('where the endpoint leaves it to what is behind', () => {
  test('A18 a named origin may read the answer, without credentials', () => {
    expect(answerFor(NAMED, FACTS)).toEqual({
      'Access-Control-Allow-Origin': NAMED,
      'Access-Control-Expose-Headers': 'WWW-Authenticate, Mcp-Session-Id, Retry-After',
      Vary: 'Origin',
    });
    expect(preflightFor(NAMED, FACTS)).toMatchObject({
      'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
      'Access-Control-Allow-Headers': 'authorization, x-user',
    });
  });

  test.each([OTHER, undefined, 'null', `${NAMED}.evil.example`, NAMED.toUpperCase()])('A18 %s may not', (origin) => {
    expect(answerFor(origin, FACTS)).toEqual({ Vary: 'Origin' });
    expect(preflightFor(origin, FACTS)).toEqual({ Vary: 'Origin' });
  });

  test('A18 the preflight of the MCP path is taken, one of a page that people see is not', () => {
    expect(takesPreflight('/mcp', FACTS)).toBe(true);
    expect(takesPreflight('/mcp', { ...FACTS, cors: undefined })).toBe(false);
    for (const path of ['/oauth2/authorize', '/oauth2/consent', '/oauth2/callback', '/other']) {
      expect(takesPreflight(path, FACTS)).toBe(false);
    }
  });
});

test('A18 where the gateway answers for named origins, nothing is added', () => {
  expect(answerFor(NAMED, AT_GATEWAY)).toEqual({});
  expect(crossOrigin(AT_GATEWAY, NAMED)).toEqual({});
  expect(preflight(AT_GATEWAY, NAMED)).toEqual({});
});

test('A18 without named origins any page may read what is public, the MCP path not', () => {
  const none = { allowedOrigins: [], cors: ['authorization'], resource: FACTS.resource };
  expect(crossOrigin(none, OTHER)).toEqual({ 'Access-Control-Allow-Origin': '*' });
  expect(answerFor(OTHER, none)).toEqual({});
});

describe('the guard', () => {
  const server: McpFetch = async () =>
    Response.json(
      { jsonrpc: '2.0', id: 1, result: { content: [] } },
      { headers: { 'content-type': 'application/json' } },
    );

  test.each([
    ['an answer', 'read_note', 200],
    ['a refusal', 'add_note', 403],
  ])('A18 lets a page of a named origin read %s', async (_what, tool, status) => {
    const keys = await makeKeys();
    const { post } = testGuard(keys, server, {}, { cors: ['authorization'] });
    const token = await sign(keys, userClaims());
    const response = await post(toolCall(tool), { token, headers: { origin: NAMED } });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([status, NAMED]);
  });

  test('A18 lets no other page read anything, and says nothing where the gateway does', async () => {
    const keys = await makeKeys();
    const token = await sign(keys, userClaims());
    const refused = await testGuard(keys, server, {}, { cors: [] }).post(toolCall('read_note'), {
      token,
      headers: { origin: OTHER },
    });
    expect([refused.status, refused.headers.get('access-control-allow-origin')]).toEqual([403, null]);
    const silent = await testGuard(keys, server).post(toolCall('read_note'), { token, headers: { origin: NAMED } });
    expect([silent.status, silent.headers.get('access-control-allow-origin')]).toEqual([200, null]);
  });
});
