/**
 * What stands around the broker fails: the table, the provider, the process itself between any two writes. A person
 * sees a page that says what to do, a client gets an OAuth error, and after it is over the client comes to its tokens.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBroker } from '../../../lambda/broker/broker';
import type { Reply } from '../../../lambda/broker/http';
import { servicesFor } from '../../../lambda/broker/services';
import { dynamoTable, type Table } from '../../../lambda/broker/store/table';
import { grantRevocation } from '../../../lambda/guard/tokens/revocation';
import { impatiently } from '../../security/network';
import {
  approve,
  authorizationRequest,
  Browser,
  CLIENT,
  form,
  formOf,
  grant,
  MACHINE,
  REDIRECT,
  refresh,
  request,
  startBroker,
  type TestBroker,
  tokenRequest,
} from '../../support/broker';
import { makeKeys, sign, testGuard, toolCall, userClaims } from '../../support/guard';

type Mutable = { -readonly [K in keyof TestBroker]: TestBroker[K] };

let at: Mutable;
let items: () => Promise<Record<string, { S?: string; N?: string }>[]>;
beforeAll(async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  at = await startBroker();
  items = async () => JSON.parse(await at.stolenTable());
});
afterAll(async () => {
  jest.restoreAllMocks();
  await at.stop();
});
beforeEach(() => {
  restart();
  at.provider.mode = 'ok';
  at.provider.seen.length = 0;
  at.ahead = 0;
});

/** Another process: nothing is left of the one before but what it wrote. */
function restart(): void {
  at.services = servicesFor(at.config, { clock: () => Date.now() + at.ahead * 1000, plainHttpUpstream: true });
  at.broker = createBroker(at.config, at.services);
}

const METHODS = ['get', 'put', 'update', 'take'] as const;
const UPSTREAM = ['redeem', 'refresh', 'revoke', 'signInUrl'] as const;

/** The table answers everything with a fault. */
function failTable(fault: Error): void {
  for (const method of METHODS) jest.spyOn(at.services.table, method).mockRejectedValue(fault);
}

/** The process does `writes` more writes, and then nothing at all. */
function killAfter(writes: number): void {
  let left = writes;
  const dead = () => left < 0;
  const killed = new Error('killed');
  const { table, upstream } = at.services as { table: Table; upstream: object };
  for (const method of METHODS) {
    const real = table[method].bind(table) as (...given: unknown[]) => Promise<unknown>;
    jest.spyOn(table, method).mockImplementation((async (...given: unknown[]) => {
      if (method !== 'get') left -= 1;
      if (dead()) throw killed;
      return real(...given);
    }) as never);
  }
  for (const method of UPSTREAM) {
    const real = (upstream as Record<string, (...given: unknown[]) => unknown>)[method]!.bind(upstream);
    jest.spyOn(upstream as Record<string, () => unknown>, method).mockImplementation(((...given: unknown[]) => {
      // Once the last write is done nothing else happens, not even a question to the provider.
      if (left <= 0 && writes > 0) left = -1;
      if (dead()) throw killed;
      return real(...given);
    }) as never);
  }
}

const unavailable = { status: 503, json: { error: 'temporarily_unavailable' }, headers: { 'Retry-After': '5' } };

function expectPage(reply: Reply): void {
  expect(reply.status).toBe(503);
  expect(reply.headers['Content-Type']).toContain('text/html');
  expect(reply.body).toContain('Wait a minute and try again');
  expect(reply.body).toContain('request-1');
  expect(reply.headers).not.toHaveProperty('Location');
}

const codeFields = ({ asked, code }: Awaited<ReturnType<typeof approve>>) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  client_id: CLIENT,
  code_verifier: asked.verifier,
});

const shownForm = async () => {
  const browser = new Browser(at);
  const shown = await browser.get('/oauth2/authorize', form(authorizationRequest().query));
  return { browser, approval: form({ ...formOf(shown.body ?? ''), decision: 'approve' }) };
};

describe.each([
  ['is unavailable', new Error('getaddrinfo ENOTFOUND dynamodb')],
  ['throttles', Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' })],
  ['is too slow', Object.assign(new Error('timed out'), { name: 'TimeoutError' })],
])('a table that %s', (_what, fault) => {
  test('gives a person a page, at consent and at the callback', async () => {
    const { browser, approval } = await shownForm();
    failTable(fault);
    expectPage(await browser.post('/oauth2/consent', approval));
    expectPage(await browser.get('/oauth2/callback', 'state=x&code=y'));
  });

  test('gives a client an OAuth error and nothing of what is wrong, and afterwards its tokens', async () => {
    const fields = codeFields(await approve(at));
    const { tokens } = await grant(at);
    failTable(fault);
    const failed = [
      await tokenRequest(at, fields),
      await refresh(at, tokens.json.refresh_token ?? ''),
      await post('/oauth2/revoke', form({ client_id: CLIENT, token: tokens.json.refresh_token ?? '' })),
      await post('/oauth2/register', JSON.stringify({ redirect_uris: [REDIRECT] })),
    ];
    for (const reply of failed) {
      expect(reply).toMatchObject(unavailable);
      expect(reply.body).not.toContain(fault.message);
    }
    restart();
    expect((await tokenRequest(at, fields)).status).toBe(200);
    expect((await refresh(at, tokens.json.refresh_token ?? '')).status).toBe(200);
  });

  test('is no matter to the discovery documents', async () => {
    failTable(fault);
    expect((await at.broker(request('GET', '/.well-known/oauth-authorization-server'))).status).toBe(200);
  });
});

const post = async (path: string, body: string) => {
  const reply = await at.broker(request('POST', path, { body }));
  return { ...reply, json: JSON.parse(reply.body || '{}') };
};

describe('the table’s own client', () => {
  let server: Server;
  let listen: RequestListener;
  let table: Table;
  let asked = 0;
  beforeAll(async () => {
    server = createServer((given, response) => {
      asked += 1;
      listen(given, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { AWS_ENDPOINT_URL_DYNAMODB: before } = process.env;
    process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${port}`;
    table = dynamoTable('grants', () => 0);
    await table.get('warm').catch(() => {});
    process.env.AWS_ENDPOINT_URL_DYNAMODB = before;
  });
  beforeEach(() => {
    asked = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const answer =
    (status: number, body: object): RequestListener =>
    (_given, response) =>
      void response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  listen = answer(200, {});

  test('asks again when it is throttled, and gives up in time', async () => {
    listen = answer(400, { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' });
    await expect(table.get('x')).rejects.toThrow();
    expect(asked).toBe(3);
  });

  test('does not wait for an answer that does not come', async () => {
    listen = (...given) =>
      asked === 1 ? undefined : answer(200, { Item: { expires: { N: '9' }, a: { S: 'b' } } })(...given);
    const started = Date.now();
    expect(await table.get('x')).toMatchObject({ a: 'b' });
    expect(Date.now() - started).toBeLessThan(10_000);
  }, 20_000);
});

describe('a provider that', () => {
  const basic = { authorization: `Basic ${Buffer.from(`${MACHINE}:s`).toString('base64')}` };

  test.each(['error', 'malformed', 'reset', 'slow', 'throttled'] as const)(
    'A11 fails (%s) changes nothing: each client tries again and succeeds',
    async (mode) => {
      const fields = codeFields(await approve(at));
      const handle = (await grant(at)).tokens.json.refresh_token ?? '';
      at.provider.mode = mode;
      await impatiently(async () => {
        expect(await tokenRequest(at, fields)).toMatchObject(unavailable);
        expect(await refresh(at, handle)).toMatchObject(unavailable);
        expect(await tokenRequest(at, { grant_type: 'client_credentials' }, basic)).toMatchObject(unavailable);
      });
      at.provider.mode = 'ok';
      expect((await tokenRequest(at, fields)).status).toBe(200);
      expect((await refresh(at, handle)).status).toBe(200);
      expect((await tokenRequest(at, { grant_type: 'client_credentials' }, basic)).status).toBe(200);
    },
    20_000,
  );

  test('is slow is waited for as long as a person would, and no longer', async () => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    await refresh(at, handle);
    await tokenRequest(at, { grant_type: 'client_credentials' }, basic);
    const asked = timeout.mock.calls.map(([milliseconds]) => milliseconds);
    timeout.mockRestore();
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...asked)).toBeLessThanOrEqual(10_000);
  });

  test('A11 does not take our secret ends no grant', async () => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    const answer = jest
      .spyOn(at.provider as unknown as { answer(): Promise<object> }, 'answer')
      .mockResolvedValue({ status: 400, body: '{"error":"invalid_client"}' });
    expect(await refresh(at, handle)).toMatchObject(unavailable);
    answer.mockRestore();
    expect((await refresh(at, handle)).status).toBe(200);
  });

  test('A11 cannot revoke does not keep a grant alive', async () => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    at.provider.mode = 'error';
    expect((await post('/oauth2/revoke', form({ client_id: CLIENT, token: handle }))).status).toBe(200);
    at.provider.mode = 'ok';
    expect((await refresh(at, handle)).json.error).toBe('invalid_grant');
  });
});

describe('a process that is killed', () => {
  /** Writes of the flow, counted where it is not killed. */
  const range = (writes: number) => Array.from({ length: writes + 1 }, (_, n) => n);

  test.each(range(1))('after %d writes at consent: the person starts again', async (writes) => {
    const { browser, approval } = await shownForm();
    killAfter(writes);
    const reply = await browser.post('/oauth2/consent', approval);
    if (writes === 0) expectPage(reply);
    restart();
    expect((await browser.post('/oauth2/consent', approval)).status).toBe(303);
  });

  test.each(range(2))('after %d writes at the callback: the person starts again', async (writes) => {
    const { browser, approval } = await shownForm();
    const back = at.provider.signIn((await browser.post('/oauth2/consent', approval)).headers.Location ?? '');
    killAfter(writes);
    const reply = await browser.get('/oauth2/callback', back);
    if (writes < 2) expectPage(reply);
    restart();
    const again = await browser.get('/oauth2/callback', back);
    if (writes === 0) expect(again.headers.Location).toContain('code=');
    else expect(again.status).toBe(400);
    expect((await grant(at, authorizationRequest(), browser)).tokens.status).toBe(200);
  });

  test.each(range(4))('A10 after %d writes at a redemption: the client comes to its tokens', async (writes) => {
    const before = await living();
    const fields = codeFields(await approve(at));
    killAfter(writes);
    const lost = await tokenRequest(at, fields);
    if (writes < 4) expect(lost).toMatchObject(unavailable);
    restart();
    const retried = await tokenRequest(at, fields);
    expect([200, 400]).toContain(retried.status);
    if (retried.status === 400) expect(retried.json.error).toBe('invalid_grant');
    const tokens = retried.status === 200 ? retried : (await grant(at)).tokens;
    expect((await refresh(at, tokens.json.refresh_token ?? '')).status).toBe(200);
    // One that nobody holds a handle of may be left; it ends by itself, like every grant.
    const more = (await living()).filter((key) => !before.includes(key));
    expect(more.length).toBeLessThanOrEqual(writes === 3 ? 2 : 1);
  });

  test.each(range(2))('A11 after %d writes at a refresh: the same handle works once more', async (writes) => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    killAfter(writes);
    const lost = await refresh(at, handle);
    if (writes < 2) expect(lost).toMatchObject(unavailable);
    restart();
    const retried = await refresh(at, handle);
    expect(retried.status).toBe(200);
    expect((await refresh(at, retried.json.refresh_token ?? '')).status).toBe(200);
  });

  test.each(range(1))('A11 after %d writes at a revocation: asked again, the grant has ended', async (writes) => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    killAfter(writes);
    await post('/oauth2/revoke', form({ client_id: CLIENT, token: handle }));
    restart();
    expect((await post('/oauth2/revoke', form({ client_id: CLIENT, token: handle }))).status).toBe(200);
    expect((await refresh(at, handle)).json.error).toBe('invalid_grant');
  });

  test.each(range(3))('A9 after %d writes at a registration: asked again, it is registered', async (writes) => {
    const body = JSON.stringify({ redirect_uris: [REDIRECT] });
    const ask = () => at.broker(request('POST', '/oauth2/register', { body, source: `198.51.100.${writes + 1}` }));
    killAfter(writes);
    expect((await ask()).status).toBe(writes === 3 ? 201 : 503);
    restart();
    expect((await ask()).status).toBe(201);
  });

  /** Keys of grants that are not marked as ended. */
  async function living(): Promise<string[]> {
    const grants = (await items()).filter(({ pk }) => pk?.S?.startsWith('GRANT#'));
    for (const { expires } of grants) expect(Number(expires?.N)).toBeLessThanOrEqual(Date.now() / 1000 + 86_401);
    return grants.filter(({ revoked }) => revoked === undefined).map(({ pk }) => pk?.S ?? '');
  }
});

describe('what happens meanwhile', () => {
  test('A10 a code replayed while the provider fails is not made valid again', async () => {
    const fields = codeFields(await approve(at));
    const { upstream } = at.services;
    jest.spyOn(upstream, 'redeem').mockImplementation(async () => {
      expect((await tokenRequest(at, fields)).json.error).toBe('invalid_grant');
      return { kind: 'unavailable', fault: 'down' };
    });
    expect(await tokenRequest(at, fields)).toMatchObject(unavailable);
    jest.mocked(upstream.redeem).mockRestore();
    expect((await tokenRequest(at, fields)).json.error).toBe('invalid_grant');
  });

  test('A10 a code replayed while the provider answers is a grant that has ended', async () => {
    const fields = codeFields(await approve(at));
    const { upstream } = at.services;
    const redeem = upstream.redeem.bind(upstream);
    jest.spyOn(upstream, 'redeem').mockImplementation(async (...given) => {
      expect((await tokenRequest(at, fields)).json.error).toBe('invalid_grant');
      return redeem(...given);
    });
    const won = await tokenRequest(at, fields);
    jest.mocked(upstream.redeem).mockRestore();
    expect((await refresh(at, won.json.refresh_token ?? '')).json.error).toBe('invalid_grant');
  });

  test('A11 a grant revoked while the provider answers is not refreshed', async () => {
    const handle = (await grant(at)).tokens.json.refresh_token ?? '';
    const { upstream } = at.services;
    const again = upstream.refresh.bind(upstream);
    jest.spyOn(upstream, 'refresh').mockImplementation(async (...given) => {
      await post('/oauth2/revoke', form({ client_id: CLIENT, token: handle }));
      at.provider.revoked.clear();
      return again(...given);
    });
    const reply = await refresh(at, handle);
    jest.mocked(upstream.refresh).mockRestore();
    expect(reply.json.error).toBe('invalid_grant');
  });

  test.each([1, 2])(
    'A11 of refreshes that cross, each gets a handle of its own, and a third ends the grant (%d)',
    async (crossing) => {
      const handle = (await grant(at)).tokens.json.refresh_token ?? '';
      const { upstream } = at.services;
      const again = upstream.refresh.bind(upstream);
      let left = crossing;
      const inner: Awaited<ReturnType<typeof refresh>>[] = [];
      jest.spyOn(upstream, 'refresh').mockImplementation(async (...given) => {
        if (left-- > 0) inner.push(await refresh(at, handle));
        return again(...given);
      });
      const outer = await refresh(at, handle);
      jest.mocked(upstream.refresh).mockRestore();
      const handles = [outer, ...inner].flatMap(({ json }) => json.refresh_token ?? []);
      expect(handles).toHaveLength(2);
      expect(new Set(handles).size).toBe(2);
      const works = [];
      for (const each of handles) works.push((await refresh(at, each)).status);
      expect(works.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    },
  );
});

describe('the guard', () => {
  test('A11 answers 503 while the grants cannot be read: neither 401, which would sign users out, nor 200', async () => {
    const keys = await makeKeys();
    let down = true;
    const revocation = grantRevocation(async () => {
      if (down) throw new Error('ECONNREFUSED');
      return { client: 'app', expires: 9_999_999_999, revoked: false };
    });
    const server = async () => Response.json({ jsonrpc: '2.0', id: 1, result: { content: [] } });
    const { post: call } = testGuard(keys, server, { revocation });
    const token = await sign(keys, userClaims({ origin_jti: 'origin' }));
    const refused = await call(toolCall('list_notes'), { token });
    expect(refused.status).toBe(503);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(refused.headers.get('www-authenticate')).toBeNull();
    expect(await refused.text()).not.toContain('ECONNREFUSED');
    down = false;
    expect((await call(toolCall('list_notes'), { token })).status).toBe(200);
  });
});
