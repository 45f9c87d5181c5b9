import { Readable } from 'node:stream';
import type { HttpIntegration } from '../../../../local/deployment/rest-methods';
import type { HttpTarget, HttpTargetRequest } from '../../../../local/gateway/http-target';
import { method, origin, post, type Served, serve } from './fixture';

const PROXY: HttpIntegration = {
  kind: 'http',
  uri: 'https://rest.example.com/mcp',
  host: 'localhost:1',
  httpMethod: 'ANY',
  target: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/lb/1/2',
  linkId: 'link',
  streaming: true,
  timeoutMs: 500,
  requestParameters: {},
};

let served: Served | undefined;
let sent: HttpTargetRequest[] = [];

afterEach(async () => {
  await served?.close();
  sent = [];
});

async function through(answer: HttpTarget | undefined, changes: Partial<HttpIntegration> = {}): Promise<void> {
  const httpTarget: HttpTarget | undefined =
    answer &&
    ((request) => {
      sent.push(request);
      return answer(request);
    });
  served = await serve({ methods: [method({ ...PROXY, ...changes })], httpTarget });
}

const answered =
  (body: Readable): HttpTarget =>
  async () => ({
    status: 403,
    headers: [
      ['Content-Type', 'text/event-stream'],
      ['WWW-Authenticate', 'Bearer x'],
      ['Via', '1.1 lb'],
      ['Connection', 'close'],
    ],
    body,
  });

test('a request goes through the VPC link as it came, its host that of the integration', async () => {
  await through(answered(Readable.from([Buffer.from('x')])), {
    requestParameters: { 'integration.request.header.X-Stage': "'live'" },
  });
  await post('/mcp?a=1', { headers: { 'x-a': '1', 'x-stage': 'mine', authorization: 'Bearer t' } });
  expect(sent[0]).toMatchObject({
    linkId: 'link',
    targetArn: PROXY.target,
    method: 'POST',
    url: 'https://rest.example.com/mcp?a=1',
    body: Buffer.from('{}'),
  });
  const headers = new Headers(sent[0]?.headers as [string, string][]);
  expect(headers.get('host')).toBe('localhost:1');
  expect(headers.get('x-a')).toBe('1');
  expect(headers.get('x-stage')).toBe('live');
  expect(headers.get('authorization')).toBe('Bearer t');
  expect(headers.get('x-forwarded-for')).toMatch(/127\.0\.0\.1|::1/);
});

test('the response of a service is streamed, its challenge renamed as that of a function', async () => {
  await through(
    answered(
      Readable.from(
        (async function* () {
          yield Buffer.from('one');
          await new Promise((resolve) => setTimeout(resolve, 200));
          yield Buffer.from('two');
        })(),
      ),
    ),
  );
  const begun = Date.now();
  const answer = await fetch(`${origin()}/mcp`, { method: 'POST' });
  expect(Date.now() - begun).toBeLessThan(150);
  expect(answer.status).toBe(403);
  expect(answer.headers.get('www-authenticate')).toBeNull();
  expect(answer.headers.get('x-amzn-remapped-www-authenticate')).toBe('Bearer x');
  expect(answer.headers.get('via')).toBeNull();
  expect(await answer.text()).toBe('onetwo');
});

test('buffered, it is sent when it is whole', async () => {
  await through(answered(Readable.from([Buffer.from('on'), Buffer.from('e')])), { streaming: false });
  const answer = await post();
  expect([answer.text, answer.headers.get('content-length')]).toEqual(['one', '3']);
});

test('what is not reached is a 504, as is what does not answer in time; it is told that nobody waits', async () => {
  await through(undefined);
  expect(await post()).toMatchObject({ status: 504, text: '{"message":"Network error communicating with endpoint"}' });
  await served?.close();
  await through(() => Promise.reject(new Error('refused')));
  expect((await post()).status).toBe(504);
  await served?.close();
  await through(() => new Promise(() => {}));
  expect(await post()).toMatchObject({ status: 504, text: '{"message":"Endpoint request timed out"}' });
  expect(sent.at(-1)?.signal.aborted).toBe(true);
});

test('a client that goes away is told on', async () => {
  let told: (() => void) | undefined;
  const gone = new Promise<void>((resolve) => {
    told = resolve;
  });
  await through(({ signal }) => {
    signal.addEventListener('abort', () => told?.());
    return new Promise(() => {});
  });
  const client = new AbortController();
  const asked = fetch(`${origin()}/mcp`, { method: 'POST', signal: client.signal }).catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 50));
  client.abort();
  await Promise.all([gone, asked]);
});
