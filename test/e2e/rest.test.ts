/** What a REST API does that an HTTP API does not: through the synthesised stack, with what would be deployed. */
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { SAVED_QUERIES } from '../../lib/observability/saved-queries';
import { insights } from '../../local/observability/insights';
import { until } from '../support/until';
import { REQUESTS_PER_AUTHORIZATION, STEP_MS, STEPS } from './fixtures/rest-choices';
import { alarmsOf, measured, on, onlyStack } from './support/alarms';
import { type Answer, post, send } from './support/http';
import { type StackHere, startHere } from './support/in-process';
import { call, legacy, modern } from './support/requests';
import { connectMachine, connectUser, KINDS } from './support/sessions';
import { Forger } from './support/tokens';

jest.setTimeout(30_000);

const RENAMED = 'x-amzn-remapped-www-authenticate';

let running: StackHere;
let forger: Forger;
let url: string;

beforeAll(async () => {
  running = await startHere({ port: 5700, app: 'npx tsx test/e2e/fixtures/rest-app.ts' });
  forger = new Forger(running.stack);
  url = running.stack.mcpUrl;
}, 90_000);
afterAll(() => running?.stop());

/** Each in a grant of its own, so that no test uses up the limit of another. */
async function token(...scopes: string[]): Promise<string> {
  return forger.user({ scope: forger.scopes(...scopes), jti: `${Math.random()}` });
}

const metadataUrl = () => new URL('/.well-known/oauth-protected-resource/mcp', url).href;

interface Arrival {
  readonly afterMs: number;
  readonly text: string;
}

interface Streamed {
  readonly headersAfterMs: number;
  readonly arrivals: readonly Arrival[];
  readonly whole: boolean;
}

/** Reads an answer as it comes; `leaveAfter` is how many chunks the client waits for before it goes away. */
async function read(body: object, headers: Record<string, string>, leaveAfter = Number.POSITIVE_INFINITY) {
  const begun = Date.now();
  const authorization = `Bearer ${await token('use')}`;
  return new Promise<Streamed>((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization,
          ...headers,
        },
      },
      (incoming) => {
        const headersAfterMs = Date.now() - begun;
        const arrivals: Arrival[] = [];
        const end = (whole: boolean) => () => resolve({ headersAfterMs, arrivals, whole });
        incoming.setEncoding('utf8').on('data', (text: string) => {
          arrivals.push({ afterMs: Date.now() - begun, text });
          if (arrivals.length >= leaveAfter) {
            outgoing.destroy();
            end(false)();
          }
        });
        incoming.on('end', end(true)).on('error', end(false));
      },
    );
    outgoing.on('error', reject).end(JSON.stringify(body));
  });
}

describe('O1 a streamed answer', () => {
  const wire = modern(['tools/call', { name: 'steps', arguments: {}, _meta: {} }]);
  const withProgress = {
    headers: wire.headers,
    body: {
      ...wire.body,
      params: {
        ...(wire.body as { params: object }).params,
        _meta: { ...(wire.body as { params: { _meta: object } }).params._meta, progressToken: 'p' },
      },
    },
  };

  test('the first event is there before the call ends, and each comes when it is made', async () => {
    await read(withProgress.body, withProgress.headers);
    const { arrivals, whole } = await read(withProgress.body, withProgress.headers);
    const events = arrivals.filter(({ text }) => text.includes('notifications/progress'));
    const last = arrivals.at(-1) as Arrival;
    expect(whole).toBe(true);
    expect(events).toHaveLength(STEPS);
    expect(last.text).toContain('"done"');
    expect(last.afterMs - (events[0] as Arrival).afterMs).toBeGreaterThan((STEPS - 1) * STEP_MS);
    expect((events[1] as Arrival).afterMs - (events[0] as Arrival).afterMs).toBeGreaterThan(STEP_MS / 2);
  });

  test('a client that goes away leaves the function able to serve the next call', async () => {
    const { arrivals } = await read(withProgress.body, withProgress.headers, 1);
    expect(arrivals[0]?.text).toContain('notifications/progress');
    const next = await post(url, call('steps'), { token: await token('use') });
    expect(next.status).toBe(200);
    expect(next.text).toContain('"done"');
    // Lambda tells nobody that the client is gone: the first call did its work all the same.
    const log = readdirSync(running.stack.logs).find((name) => name.includes('ServerFunction')) ?? '';
    const before = readFileSync(join(running.stack.logs, log), 'utf8').match(/steps done/g) ?? [];
    expect(before.length).toBeGreaterThanOrEqual(4);
  });

  test('T8 a call beyond its deadline is ended by the guard, which says so', async () => {
    const answer = await post(url, call('hangs'), { token: await token('use') });
    expect(answer.text).toContain('"error"');
    expect(answer.text).not.toContain('never');
  });
});

describe('the challenge', () => {
  test('A2 of API Gateway, written at the edge, names the metadata: no token, a bad one, an expired one', async () => {
    const bad = [undefined, 'nonsense', await forger.user({ scope: forger.scopes('use'), exp: 1 })];
    for (const one of bad) {
      const refused = await post(url, call('steps'), { token: one });
      expect(refused.status).toBe(401);
      expect(refused.challenge).toBe(`Bearer resource_metadata="${metadataUrl()}"`);
      expect(refused.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { code: -32000 } });
      expect(refused.headers[RENAMED]).toBeUndefined();
    }
    expect((await post(url, call('steps'), { token: await token('use') })).status).toBe(200);
  });

  test('A4 of the guard, for a missing scope, arrives under another name; the body says all of it', async () => {
    const refused: Answer = await post(url, call('change'), { token: await token('use') });
    expect(refused.status).toBe(403);
    expect(refused.headers['www-authenticate']).toBeUndefined();
    expect(refused.headers[RENAMED]).toContain('error="insufficient_scope"');
    const scope = forger.scopes('change', 'use');
    const { data } = refused.json().error;
    expect(data).toMatchObject({ error: 'insufficient_scope', resource_metadata: metadataUrl() });
    expect(data.scope.split(' ').sort()).toEqual(scope.split(' '));
    expect((await post(url, call('change'), { token: await token('use', 'change') })).status).toBe(200);
  });

  test.each(KINDS)(
    'A4 SDK %s does not step up: a person who signed in for less gets an error and goes on',
    async (kind) => {
      const [user] = running.stack.users;
      if (user === undefined) throw new Error('the stack has no user');
      const session = await connectUser(kind, running.stack, user);
      expect(session.provider.requested).toEqual([forger.scopes('use')]);
      await expect(session.call('change')).rejects.toThrow(/403|insufficient_scope/);
      expect(session.provider.requested).toHaveLength(1);
      expect((await session.call('steps')).isError).not.toBe(true);
      await session.client.close();
    },
  );

  test.each(KINDS)('A13 SDK %s gets a machine its scopes', async (kind) => {
    const session = await connectMachine(kind, running.stack, 'rest-machine');
    expect((await session.call('steps')).isError).not.toBe(true);
    await session.client.close();
  });
});

describe('the gateway', () => {
  test('an address that was switched off leads nowhere', async () => {
    const own = running.deployment.endpoints.find(({ kind }) => kind === 'execute-api');
    expect(own).toMatchObject({ disabled: true });
    for (const path of ['/mcp', `${own?.basePath}/mcp`]) {
      const answer = await post(`${own?.local}${path}`, call('steps'), { token: await token('use') });
      expect(answer).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
    }
  });

  test('T9 what is not there is said in the words of the guard, and nothing of the gateway shows', async () => {
    for (const path of ['/', '/nothing', '/mcp/more', '/live/mcp']) {
      const answer = await post(new URL(path, url).href, call('steps'), { token: await token('use') });
      expect(answer.status).toBe(404);
      expect(answer.json().error.message).toBe('Not found');
    }
  });

  test('a legacy batch and a modern call pass the same way', async () => {
    const { body, headers } = modern(['tools/call', { name: 'steps', arguments: {} }]);
    expect((await post(url, body, { headers, token: await token('use') })).text).toContain('"done"');
    const batch = [legacy(['ping', {}], 1).body, call('steps', {}, 2)];
    expect((await post(url, batch, { token: await token('use') })).text.match(/"result"/g)).toHaveLength(2);
  });

  test('T5 AWS WAF tells who sends too much with one token to come again later, and nobody else', async () => {
    const one = await token('use');
    const ping = legacy(['ping', {}]);
    const sent = await Promise.all(
      Array.from({ length: REQUESTS_PER_AUTHORIZATION + 2 }, () => post(url, ping.body, { token: one })),
    );
    expect(sent.filter(({ status }) => status === 429)).toHaveLength(2);
    const refused = await post(url, ping.body, { token: one });
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('60');
    expect(refused.headers['content-type']).toBe('application/json');
    expect(refused.json()).toMatchObject({ error: { code: -32000, message: 'Too many requests' }, id: null });
    expect(refused.challenge).toBe('');
    expect((await post(url, ping.body, { token: await token('use') })).status).toBe(200);
    // Other paths are not counted for it.
    const metadata = await send(metadataUrl(), { headers: { authorization: `Bearer ${one}` } });
    expect(metadata.status).toBe(200);
  });
});

describe('who is on call behind a REST API', () => {
  const logsOf = (source: RegExp) =>
    readdirSync(running.stack.logs)
      .filter((name) => source.test(name))
      .flatMap((name) => readFileSync(join(running.stack.logs, name), 'utf8').split('\n'));

  test('O5 is told of requests without a token, which nothing of ours judges, and of forged ones', async () => {
    const stack = onlyStack(running.stack.logs);
    const alarms = alarmsOf(stack, 'Rest');
    const now = () => on(alarms, measured(stack, running.stack.logs, 'Rest'));
    expect(now()).not.toContain('EndpointRefusals');
    expect(now()).not.toContain('Refusals');
    for (let sent = 0; sent < 105; sent++) expect((await post(url, call('steps'))).status).toBe(401);
    await until(async () => now().includes('EndpointRefusals'));
    expect(now()).not.toContain('Refusals');
    for (let sent = 0; sent < 105; sent++) {
      expect((await post(url, call('steps'), { token: `forged.${sent}.x` })).status).toBe(401);
    }
    await until(async () => now().includes('Refusals'));
  });

  test('O6 finds with the saved queries what the authorizer refused', () => {
    const asked = SAVED_QUERIES.refusals!.lines.join(' | ');
    const [first] = insights(asked, [...logsOf(/^RestServer.*\.log$/), ...logsOf(/^RestEndpointAuthorizer.*\.log$/)]);
    expect(first).toMatchObject({ reason: 'token_malformed' });
    expect(Number(first?.refusals)).toBeGreaterThanOrEqual(105);
    const rows = insights(SAVED_QUERIES['refused at the endpoint']!.lines.join(' | '), logsOf(/^RestEndpoint.*Stage/));
    expect(rows[0]).toMatchObject({ route: 'POST /mcp', status: '401', error: 'UNAUTHORIZED' });
  });
});
