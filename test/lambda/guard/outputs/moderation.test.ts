import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpFetch } from '../../../../lambda/guard/guard';
import { createGuard } from '../../../../lambda/guard/guard';
import { bedrockModeration } from '../../../../lambda/guard/outputs/moderation';
import { outputPolicyOf } from '../../../../lambda/guard/outputs/output-policy';
import { signatureVerifier } from '../../../../lambda/guard/tokens/signature';
import {
  CONFIG,
  ISSUER,
  type Keys,
  makeKeys,
  messagesFrom,
  RESOURCE,
  sign,
  toolCall,
  userClaims,
} from '../../../support/guard';
import { said } from '../../../support/outputs';

interface Asked {
  readonly path: string;
  readonly authorization: string;
  readonly source: string;
  readonly texts: readonly string[];
}

const asked: Asked[] = [];
let answer: (texts: readonly string[]) => { readonly status?: number; readonly body: unknown } | undefined;
let server: Server;
let keys: Keys;
let environment: Record<string, string>;

/** As the service answers: `bad` is blocked, `Ada` is masked. */
function likeBedrock(texts: readonly string[]) {
  const blocked = texts.some((text) => text.includes('bad'));
  const masked = texts.some((text) => text.includes('Ada'));
  if (!blocked && !masked) return { body: { action: 'NONE', outputs: [], assessments: [{}] } };
  const policies = {
    ...(masked && { sensitiveInformationPolicy: { piiEntities: [{ type: 'NAME', action: 'ANONYMIZED' }] } }),
    ...(blocked && { wordPolicy: { customWords: [{ match: 'bad', action: 'BLOCKED' }] } }),
  };
  const outputs = blocked ? [{ text: 'Sorry.' }] : texts.map((text) => ({ text: text.replaceAll('Ada', '{NAME}') }));
  return { body: { action: 'GUARDRAIL_INTERVENED', outputs, assessments: [policies] } };
}

beforeAll(async () => {
  keys = await makeKeys();
  server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const { source, content } = JSON.parse(text);
    const texts = content.map((block: { text: { text: string } }) => block.text.text);
    asked.push({ path: incoming.url ?? '', authorization: incoming.headers.authorization ?? '', source, texts });
    const reply = answer(texts);
    if (reply === undefined) return;
    outgoing.writeHead(reply.status ?? 200, { 'content-type': 'application/json' }).end(JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  environment = {
    AWS_ENDPOINT_URL_BEDROCK_RUNTIME: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'key',
    AWS_SECRET_ACCESS_KEY: 'secret',
  };
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  asked.length = 0;
  answer = likeBedrock;
});

const json = (result: object) => JSON.stringify({ jsonrpc: '2.0', id: 1, result });

describe('what is judged', () => {
  const judge = (text: string, onFailure: 'closed' | 'open' = 'closed', found = {}) =>
    bedrockModeration('abc:2', onFailure, environment).judge(text, found);

  test('T7 a result passes that the guardrail lets pass, with one call for all its texts', async () => {
    const text = json({ ...said('one', 'two'), structuredContent: { note: 'three', type: 'four' } });
    expect(await judge(text)).toEqual({ text });
    expect(asked).toEqual([
      {
        path: '/guardrail/abc/version/2/apply',
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=key\/\d{8}\/eu-central-1\/bedrock\/aws4_request/,
        ),
        source: 'OUTPUT',
        texts: ['one', 'two', 'three', 'four'],
      },
    ]);
  });

  test('T7 names, addresses and pictures are not sent, and lists are not', async () => {
    const picture = { type: 'image', mimeType: 'image/png', data: 'AAAA' };
    await judge(json({ content: [picture, { type: 'resource', resource: { uri: 'notes://note/1', text: 'x' } }] }));
    expect(asked.flatMap(({ texts }) => texts)).toEqual(['x']);
    asked.length = 0;
    await judge(json({ tools: [{ name: 'list_notes', description: 'bad' }] }));
    expect(asked).toEqual([]);
  });

  test('T7 what the guardrail masks leaves masked, and is counted', async () => {
    const found = {};
    const judged = await judge(json(said('by Ada', 'by nobody')), 'closed', found);
    expect(judged).toEqual({ text: json(said('by {NAME}', 'by nobody')) });
    expect(found).toEqual({ moderation_masked: 1 });
  });

  test('T7 what it blocks is withheld, what it also masks included', async () => {
    expect(await judge(json(said('bad')))).toEqual({ refused: 'moderated' });
    expect(await judge(json(said('by Ada', 'bad')))).toEqual({ refused: 'moderated' });
    expect(await judge(json(said('Ada is bad')))).toEqual({ refused: 'moderated' });
  });

  test('T7 what it objects to only in one piece is withheld', async () => {
    answer = (texts) => likeBedrock(texts.length > 1 ? ['bad'] : texts);
    expect(await judge(json(said('one', 'two')))).toEqual({ refused: 'moderated' });
  });

  test('T7 a long text goes in pieces, and comes back whole', async () => {
    const long = 'word '.repeat(9_000);
    const judged = await judge(json(said(`${long}Ada ${long}`)));
    expect(judged).toEqual({ text: json(said(`${long}{NAME} ${long}`)) });
    for (const { texts } of asked) expect(texts.join('').length).toBeLessThanOrEqual(20_000);
  });

  test.each<[string, typeof answer]>([
    ['an error', () => ({ status: 400, body: { __type: 'ValidationException' } })],
    ['throttling', () => ({ status: 429, body: { __type: 'ThrottlingException' } })],
    ['an answer that is none', () => ({ body: { hello: 'world' } })],
  ])('T7 %s withholds the result, or lets it pass by choice and counts it', async (_, reply) => {
    answer = reply;
    expect(await judge(json(said('one')))).toMatchObject({ refused: 'moderation_unavailable' });
    const found = {};
    expect(await judge(json(said('one')), 'open', found)).toEqual({ text: json(said('one')) });
    expect(found).toEqual({ moderation_unavailable: 1 });
  });

  test('T7 a text of more calls than are made is withheld', async () => {
    expect(await judge(json(said('x'.repeat(1_400_000))))).toMatchObject({ refused: 'moderation_unavailable' });
    expect(asked).toEqual([]);
  });
});

describe('through the guard', () => {
  function guard(onFailure: 'closed' | 'open' = 'closed') {
    const records: object[] = [];
    Object.assign(process.env, environment);
    const config = {
      ...CONFIG,
      guardrail: 'abc:2',
      policy: { ...CONFIG.policy, outputs: { moderation: { onFailure } } },
    };
    const made = createGuard(config, {
      verifySignature: signatureVerifier({ issuer: ISSUER, jwksUri: CONFIG.jwksUri }, keys.fetcher),
      log: (record) => records.push(record),
    });
    return { made, records };
  }
  async function post(to: ReturnType<typeof guard>, from: McpFetch, remainingMs?: number) {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${await sign(keys, userClaims())}`,
    };
    const request = new Request(RESOURCE, { method: 'POST', headers, body: JSON.stringify(toolCall('list_notes')) });
    return to.made.fetch(request, from, { requestId: 'request-1', remainingMs });
  }
  const before = { ...process.env };
  afterEach(() => {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  });

  const answering =
    (result: object): McpFetch =>
    async () =>
      Response.json({ jsonrpc: '2.0', id: 1, result });
  const streaming =
    (...messages: object[]): McpFetch =>
    async () =>
      new Response(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''), {
        headers: { 'content-type': 'text/event-stream' },
      });
  const progress = (message: string) => ({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken: 1, progress: 1, message },
  });

  test('T7 secrets are out of what is sent to the guardrail', async () => {
    await post(guard(), answering(said(`key AKIA${'IOSFODNN7EXAMPLE'}`)));
    expect(asked.flatMap(({ texts }) => texts)).toEqual(['key [redacted: aws_access_key]']);
  });

  test('T7 a blocked result is answered with a sentence, and the audit says why', async () => {
    const to = guard();
    const [message] = await messagesFrom(await post(to, answering(said('bad'))));
    expect(message).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32603, message: 'The result was withheld by a content policy', data: { errorId: 'request-1' } },
    });
    expect(to.records).toMatchObject([{ type: 'audit', decision: 'refuse', reason: 'moderated' }]);
  });

  test('T7 a guardrail that cannot be asked answers 503', async () => {
    answer = () => ({ status: 400, body: {} });
    const to = guard();
    const response = await post(to, answering(said('one')));
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain('one');
    expect(to.records).toContainEqual(expect.objectContaining({ reason: 'moderation_unavailable' }));
    expect((await messagesFrom(await post(guard('open'), answering(said('one')))))[0]?.result).toEqual(said('one'));
  });

  test('T7 a guardrail that does not answer in time withholds the result', async () => {
    answer = () => undefined;
    const response = await post(guard(), answering(said('one')), 700);
    expect(response.status).toBe(503);
  });

  test('T7 in a stream, a blocked notification is left out and a blocked result becomes an error', async () => {
    const to = guard();
    const result = { jsonrpc: '2.0', id: 1, result: said('bad') };
    const messages = await messagesFrom(await post(to, streaming(progress('bad'), progress('Ada'), result)));
    expect(messages).toMatchObject([
      { params: { message: '{NAME}' } },
      { id: 1, error: { message: 'The result was withheld by a content policy' } },
    ]);
    expect(to.records).toContainEqual(expect.objectContaining({ type: 'audit', outcome: 'declined' }));
  });

  test('T7 in a stream, what passes passes', async () => {
    const result = { jsonrpc: '2.0', id: 1, result: said('one') };
    expect(await messagesFrom(await post(guard(), streaming(progress('half'), result)))).toEqual([
      progress('half'),
      result,
    ]);
  });
});

test('T7 a policy that asks for moderation does not start without a guardrail', () => {
  const policy = { ...CONFIG.policy, outputs: { moderation: { onFailure: 'open' as const } } };
  expect(() => outputPolicyOf({ policy }, {})).toThrow('MCP_GUARDRAIL');
  expect(outputPolicyOf({ policy: CONFIG.policy }, {}).moderation).toBeUndefined();
});
