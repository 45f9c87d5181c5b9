/** Defences of the guard that no other test misses. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard } from '../../../lambda/guard/guard';
import { admitBody, DEFAULT_LIMITS } from '../../../lambda/guard/limits';
import type { Message } from '../../../lambda/guard/message';
import { outgoingAnswer } from '../../../lambda/guard/outputs/outputs';
import { compilePolicy } from '../../../lambda/guard/policy';
import { signatureVerifier } from '../../../lambda/guard/tokens/signature';
import { CONFIG, ISSUER, makeKeys, RESOURCE, sign, toolCall, USER, userClaims } from '../../support/guard';

test('T5 a body is bounded in bytes: as many characters pass when they are one byte each', () => {
  const message = (text: string) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping', params: { text } });
  const limits = { ...DEFAULT_LIMITS, bodyBytes: message('aaaa').length };
  expect(admitBody(message('aaaa'), limits).ok).toBe(true);
  expect(admitBody(message('éééé'), limits)).toMatchObject({ refusal: { reason: 'body_too_large' } });
});

test.each(['public', 'shared'])(
  'T3 a result that says it may be cached for all (%s) is cached for one',
  (cacheScope) => {
    const asked: Message = { kind: 'request', id: 1, method: 'server/discover', params: {} };
    const facts = {
      policy: compilePolicy(CONFIG.policy),
      principal: USER,
      requests: new Map([[1, asked]]),
      errorId: 'error-1',
      maxBytes: 10_000,
    };
    const { text } = outgoingAnswer(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { cacheScope } }), asked, facts);
    expect(JSON.parse(text).result).toEqual({ cacheScope: 'private' });
  },
);

describe('a guard that is told of a table of grants', () => {
  let table: Server;
  let item: object | undefined;
  const { AWS_ENDPOINT_URL_DYNAMODB: before } = process.env;
  beforeAll(async () => {
    table = createServer((_request, response) => void response.end(JSON.stringify({ Item: item })));
    await new Promise<void>((resolve) => table.listen(0, '127.0.0.1', resolve));
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${(table.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    else process.env.AWS_ENDPOINT_URL_DYNAMODB = before;
    table.closeAllConnections();
    table.close();
  });

  const call = async () => {
    const keys = await makeKeys();
    const guard = createGuard(
      { ...CONFIG, grants: 'grants' },
      { verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher), log: () => {} },
    );
    const token = await sign(keys, userClaims({ origin_jti: 'origin' }));
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const request = new Request(RESOURCE, { method: 'POST', headers, body: JSON.stringify(toolCall('list_notes')) });
    const server = async () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    return guard.fetch(request, server, { requestId: 'request-1' });
  };

  test('A11 asks it: a living grant passes', async () => {
    item = { client: { S: 'app' }, expires: { N: '9999999999' } };
    expect((await call()).status).toBe(200);
  });

  test('A11 asks it: a token without a grant is refused', async () => {
    item = undefined;
    expect((await call()).status).toBe(401);
  });
});
