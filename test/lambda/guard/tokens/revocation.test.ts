import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { grantsTable } from '../../../../lambda/guard/tokens/grants-table';
import { type GrantState, grantRevocation } from '../../../../lambda/guard/tokens/revocation';
import { MACHINE, USER } from '../../../support/guard';

const NOW = Date.parse('2026-11-22T00:00:00Z');
const alive: GrantState = {
  client: 'https://client.example/metadata.json',
  expires: NOW / 1000 + 3_600,
  revoked: false,
};
const user = { ...USER, claims: { origin_jti: 'origin-1' } };

function revocation(states: (GrantState | undefined | Error)[]) {
  const reads: string[] = [];
  const check = grantRevocation(async (origin) => {
    reads.push(origin);
    const state = states.length > 1 ? states.shift() : states[0];
    if (state instanceof Error) throw state;
    return state;
  });
  return { check, reads };
}

test('A11 a living grant passes, and names the client behind the token', async () => {
  expect(await revocation([alive]).check(user, NOW)).toMatchObject({
    ok: true,
    value: { id: 'user-1', client: alive.client },
  });
});

test.each([
  ['revoked', { ...alive, revoked: true }],
  ['at its end', { ...alive, expires: NOW / 1000 }],
  ['unknown', undefined],
])('A11 a grant that is %s is refused', async (_name, state) => {
  expect(await revocation([state]).check(user, NOW)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
});

test('A11 a user token that names no grant is refused', async () => {
  const { check, reads } = revocation([alive]);
  expect(await check({ ...user, claims: {} }, NOW)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
  expect(await check({ ...user, claims: { origin_jti: 7 } }, NOW)).toMatchObject({
    refusal: { reason: 'grant_revoked' },
  });
  expect(reads).toEqual([]);
});

test('A13 a machine has no grant and passes', async () => {
  const { check, reads } = revocation([undefined]);
  expect((await check(MACHINE, NOW)).ok).toBe(true);
  expect(reads).toEqual([]);
});

test('A11 with a warm cache a revoked grant is refused within 60 seconds', async () => {
  const { check, reads } = revocation([alive, { ...alive, revoked: true }]);
  expect((await check(user, NOW)).ok).toBe(true);
  expect((await check(user, NOW + 30_000)).ok).toBe(true);
  expect(reads).toHaveLength(1);
  expect(await check(user, NOW + 60_000)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
});

test('A11 the end of a grant counts inside the cache too', async () => {
  const { check } = revocation([{ ...alive, expires: NOW / 1000 + 10 }]);
  expect((await check(user, NOW)).ok).toBe(true);
  expect(await check(user, NOW + 10_000)).toMatchObject({ refusal: { reason: 'grant_revoked' } });
});

test('A11 nobody is let in while the table does not answer, and nobody is called revoked', async () => {
  const { check } = revocation([new Error('unreachable'), alive]);
  expect(await check(user, NOW)).toMatchObject({ refusal: { reason: 'grants_unavailable' } });
  expect((await check(user, NOW)).ok).toBe(true);
});

describe('the table', () => {
  let server: Server;
  let answers: { status: number; body: object }[];
  const requests: { headers: NodeJS.Dict<string | string[]>; body: string }[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        requests.push({ headers: request.headers, body });
        const { status, body: answer } = answers.shift() ?? { status: 500, body: {} };
        response.writeHead(status).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    requests.length = 0;
  });

  const read = () =>
    grantsTable('grants', {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    })('origin-1');
  const item = { Item: { client: { S: 'client' }, expires: { N: '1800000000' } } };

  test('A11 is asked for one grant, signed and consistent', async () => {
    answers = [{ status: 200, body: item }];
    expect(await read()).toEqual({ client: 'client', expires: 1_800_000_000, revoked: false });
    expect(requests[0]?.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-security-token': 'session',
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-central-1\/dynamodb\/aws4_request/,
      ),
    });
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      TableName: 'grants',
      Key: { pk: { S: 'GRANT#origin-1' } },
      ConsistentRead: true,
    });
  });

  test('A11 knows a revoked grant and an unknown one', async () => {
    answers = [
      { status: 200, body: { Item: { ...item.Item, revoked: { N: '1' } } } },
      { status: 200, body: {} },
    ];
    expect(await read()).toMatchObject({ revoked: true });
    expect(await read()).toBeUndefined();
  });

  test('is asked again after a fault of its own, not after a refusal', async () => {
    answers = [
      { status: 500, body: {} },
      { status: 503, body: {} },
      { status: 200, body: item },
    ];
    expect(await read()).toBeDefined();
    expect(requests).toHaveLength(3);
    requests.length = 0;
    answers = [{ status: 400, body: {} }];
    await expect(read()).rejects.toThrow('400');
    expect(requests).toHaveLength(1);
  });

  test('is not asked for ever', async () => {
    answers = [];
    await expect(read()).rejects.toThrow('500');
    expect(requests).toHaveLength(3);
  });
});
