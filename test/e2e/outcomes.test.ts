/** What becomes of what a server does: its errors, its secrets, its time, and the record of it all. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditRecordIn } from '../support/stack';
import { SECRETS, STORY } from './fixtures/secrets';
import { type Answer, post } from './support/http';
import { legacy, type Method, modern } from './support/requests';
import { Forger } from './support/tokens';
import { startTwoServers, type TwoServers } from './support/two-servers';

jest.setTimeout(30_000);

let servers: TwoServers;
let token: string;

beforeAll(async () => {
  servers = await startTwoServers(4352);
  token = await new Forger(servers.faults).user({ scope: `${servers.faults.resource}/use` });
}, 60_000);
afterAll(() => servers?.stop());

const ERAS = [
  ['legacy', legacy],
  ['modern', modern],
] as const;

const tool = (name: string, args: object = {}): Method => ['tools/call', { name, arguments: args }];

function ask(method: Method, era: (method: Method) => ReturnType<typeof legacy> = legacy): Promise<Answer> {
  const { headers, body } = era(method);
  return post(servers.faults.mcpUrl, body, { token, headers });
}

function logs(): string {
  const { logs: dir } = servers.faults;
  return readdirSync(dir)
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .join('\n');
}

/** Waits until the logs hold a line with both texts. */
async function logged(...texts: string[]): Promise<string | undefined> {
  for (let tries = 0; tries < 50; tries++) {
    const line = logs()
      .split('\n')
      .find((one) => texts.every((text) => one.includes(text)));
    if (line !== undefined) return line;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

const TELLING = ['hunter2', 'db.internal', 'SELECT', '/var/task', 'ECONNREFUSED', '10.0.0.7', '    at '];

describe.each(ERAS)('T9 errors are anonymous (%s)', (_era, era) => {
  test.each<[string, Method]>([
    ['a tool that throws', tool('throws')],
    ['a tool that reports a failure in its own words', tool('reports_failure')],
    ['a resource that throws', ['resources/read', { uri: 'faults://broken' }]],
    ['a prompt that throws', ['prompts/get', { name: 'broken' }]],
  ])('%s: an id on the wire, the story in the log under it', async (_name, method) => {
    const { text } = await ask(method, era);
    for (const word of TELLING) expect(text).not.toContain(word);
    const id = /Error id: ([^"\\]+)|"errorId":"([^"]+)"/.exec(text)?.slice(1).find(Boolean);
    expect(id).toBeDefined();
    expect(await logged(`"requestId":"${id}"`, 'hunter2')).toBeDefined();
  });
});

describe('T9 a server that ends', () => {
  test('is answered in general words, and is there again for the next call', async () => {
    const { status, text } = await ask(tool('dies'));
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({ message: 'Internal Server Error' });
    expect((await ask(tool('echoes', { said: 'back' }))).json().result.content[0].text).toBe('back');
  });
});

describe.each(ERAS)('T7 secrets are redacted (%s)', (_era, era) => {
  test('from text and structured content, and the audit counts them by kind', async () => {
    const answer = await ask(tool('leaks'), era);
    for (const secret of SECRETS) {
      expect(answer.text).not.toContain(secret);
      expect(answer.text).not.toContain(JSON.stringify(secret).slice(1, -1));
    }
    const { content, structuredContent } = answer.json().result;
    expect(content[0].text).toMatch(/^found \[redacted: aws_access_key\] and .* nothing else$/);
    expect(structuredContent.keys).toEqual([
      '[redacted: aws_access_key]',
      '[redacted: jwt]',
      '[redacted: private_key]',
      'Bearer [redacted: bearer]',
      '[redacted: github_token]',
    ]);
    const record = await auditRecordIn(servers.faults.auditLog, String(answer.headers['apigw-requestid']));
    expect(record.redactions).toEqual({ aws_access_key: 2, jwt: 2, private_key: 2, bearer: 2, github_token: 2 });
    for (const secret of SECRETS) expect(logs()).not.toContain(secret);
  });

  test('what holds no secret goes through as it is', async () => {
    const said = 'AKIA is how keys begin, and a Bearer is a person; "quoted" \u00e9 \\u0041';
    expect((await ask(tool('echoes', { said }), era)).json().result.content[0].text).toBe(said);
  });
});

test('T7 a result that is too large is not sent', async () => {
  const { text, json } = await ask(tool('talks_forever'));
  expect(text.length).toBeLessThan(1000);
  expect(json().error.message).toBe('The result is too large');
});

describe.each(ERAS)('T8 (%s)', (name, era) => {
  test('a call that takes too long is answered before the function is ended', async () => {
    const begun = Date.now();
    const answer = await ask(tool('sleeps'), era);
    expect(Date.now() - begun).toBeLessThan(3000);
    // A legacy answer is a stream, whose status is sent before its first event.
    expect(answer.status).toBe(name === 'modern' ? 504 : 200);
    expect(answer.json().error).toMatchObject({ code: -32603, message: 'The request took too long' });
    const { outcome } = await auditRecordIn(servers.faults.auditLog, answer.json().error.data.errorId);
    expect(['error', 'aborted']).toContain(outcome);
    expect((await ask(tool('echoes', { said: 'next' }), era)).status).toBe(200);
  });
});

describe.each(ERAS)('A14 (%s)', (_era, era) => {
  test("a tool sees who calls, and nothing of the caller's token", async () => {
    const { text, json } = await ask(tool('looks_around'), era);
    for (const part of token.split('.')) expect(text).not.toContain(part);
    const seen = JSON.parse(json().result.content[0].text);
    expect(seen.authInfo).toMatchObject({ token: 'withheld', scopes: ['use'] });
    expect(seen.headers.map(([name]: string[]) => name)).not.toContain('authorization');
  });
});

describe('O6 the audit', () => {
  test('names who, with which client, what, how it was decided and how long it took', async () => {
    const answer = await ask(tool('echoes', { said: 'x' }));
    const requestId = String(answer.headers['apigw-requestid']);
    expect(await auditRecordIn(servers.faults.auditLog, requestId)).toMatchObject({
      type: 'audit',
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      requestId,
      traceId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
      principal: { kind: 'user', id: 'forged-user' },
      client: Object.values(servers.faults.clients)[0]?.clientId,
      method: 'tools/call',
      name: 'echoes',
      decision: 'allow',
      outcome: 'ok',
      status: 200,
      durationMs: expect.any(Number),
      requestBytes: expect.any(Number),
      responseBytes: expect.any(Number),
    });
    // The access log's line of the same request.
    expect(await logged(requestId, 'POST /mcp')).toBeDefined();
  });

  test('says why a call was refused', async () => {
    const scope = `${servers.faults.resource}/use`;
    const foreign = await new Forger(servers.faults).user({ scope, client_id: 'stranger' });
    const { json } = await post(servers.faults.mcpUrl, legacy(tool('echoes')).body, { token: foreign });
    const { requestId, decision, reason } = await auditRecordIn(servers.faults.auditLog, json().error.data.errorId);
    expect({ decision, reason }).toEqual({ decision: 'refuse', reason: 'token_client' });
    expect(requestId).not.toBe('');
  });

  test('holds no argument, no result and no token, in no log at all', async () => {
    const said = randomUUID();
    const answer = await ask(tool('echoes', { said }));
    expect(answer.text).toContain(said);
    await auditRecordIn(servers.faults.auditLog, String(answer.headers['apigw-requestid']));
    expect(logs()).not.toContain(said);
    expect(logs()).not.toMatch(/eyJ[\w-]+\.eyJ/);
  });
});

test('the fixture tells what it should not', () => {
  for (const word of ['hunter2', 'db.internal', 'SELECT', '/var/task', 'ECONNREFUSED']) expect(STORY).toContain(word);
});
