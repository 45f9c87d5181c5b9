/** Through a whole stack: tokens for a service behind the tools, context headers, exact rate limits. */
import { createServer, type Server } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { ALLOWED_ORIGIN } from './fixtures/choices';
import { BILLING, BILLING_PORT } from './fixtures/downstream-choices';
import { post, send } from './support/http';
import { type StackHere, startHere } from './support/in-process';
import { call } from './support/requests';
import { connectUser } from './support/sessions';
import { Forger } from './support/tokens';

jest.setTimeout(60_000);

let running: StackHere;
let billing: Server;
let token: string;
const seen: Record<string, unknown>[] = [];

/** A service that takes tokens issued for it and no others. */
function startBilling(issuer: string): Promise<Server> {
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
  const server = createServer(async (request, response) => {
    const [, bearer = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
    const verified = await jwtVerify(bearer, keys, { issuer, audience: BILLING }).catch(() => undefined);
    if (verified !== undefined) seen.push(verified.payload);
    response.writeHead(verified === undefined ? 401 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(verified === undefined ? { error: 'invalid_token' } : { invoices: 2 }));
  });
  return new Promise((done) => server.listen(BILLING_PORT, '127.0.0.1', () => done(server)));
}

beforeAll(async () => {
  running = await startHere({ port: 5500, app: 'npx tsx test/e2e/fixtures/downstream-app.ts' });
  billing = await startBilling(running.stack.issuer);
  const [user] = running.stack.users;
  if (user === undefined) throw new Error('the stack has no user');
  const { client, provider } = await connectUser('v2 modern', running.stack, user);
  await client.close();
  token = provider.tokens()?.access_token ?? '';
}, 120_000);
afterAll(async () => {
  await running?.stop();
  billing?.closeAllConnections();
  await new Promise((done) => billing?.close(done));
});

async function tool(name: string, own = token, headers: Record<string, string> = {}) {
  const answer = await post(running.stack.mcpUrl, call(name), { token: own, headers });
  return { status: answer.status, headers: answer.headers, content: answer.json().result?.structuredContent };
}

test('A14 a tool calls the service behind it with a token of its own, in the name of its caller', async () => {
  expect((await tool('invoices')).content).toEqual({ status: 200, answer: { invoices: 2 } });
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  const scope = `${running.stack.resource}/billing:read`;
  expect(seen[0]).toMatchObject({ aud: BILLING, sub: claims.sub, scope, token_use: 'access' });
  expect(seen[0]?.client_id).not.toBe(claims.client_id);
});

test('A14 the service refuses the token with which the tool was called', async () => {
  const url = `http://127.0.0.1:${BILLING_PORT}/invoices`;
  expect((await send(url, { headers: { authorization: `Bearer ${token}` } })).status).toBe(401);
});

test('A14 A3 the server refuses a token that was derived for the service', async () => {
  const forger = new Forger(running.stack);
  const derived = await forger.user({ aud: BILLING, scope: forger.scopes('billing:read') });
  expect((await post(running.stack.mcpUrl, call('invoices'), { token: derived })).status).toBe(401);
});

test('A14 there is no token for a machine client, nor for a user the pool does not know', async () => {
  const forger = new Forger(running.stack);
  const machine = await forger.machine('invoices-machine');
  expect((await tool('invoices', machine)).content).toMatchObject({ unavailable: true });
  const stranger = await forger.user({ scope: forger.scopes('billing:read') });
  const { content } = await tool('invoices', stranger);
  expect(content).toMatchObject({ unavailable: true, message: expect.stringContaining('UserNotFoundException') });
});

test('A14 the client that exchanges tokens is nobody’s machine client', () => {
  expect(Object.keys(running.stack.machineClients)).toEqual(['invoices-machine']);
});

test('A17 a context header reaches the tool when the token is for it, and 403 when not', async () => {
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  expect((await tool('context', token, { 'X-User': sub })).content).toEqual({ context: { 'x-user': sub } });
  expect((await tool('context')).content).toEqual({ context: {} });
  expect((await tool('context', token, { 'X-User': 'somebody-else' })).status).toBe(403);
});

test('A17 A18 a page of a named origin may send it', async () => {
  const headers = {
    origin: ALLOWED_ORIGIN,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,x-user',
  };
  const preflight = await send(running.stack.mcpUrl, { method: 'OPTIONS', headers });
  expect(preflight.headers['access-control-allow-headers']).toContain('x-user');
});

test('an exact rate limit holds over all processes of the function at once', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => tool('counted')));
  const refused = answers.filter(({ status }) => status === 429);
  expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([2, 6]);
  expect(Number(refused[0]?.headers['retry-after'])).toBeGreaterThanOrEqual(1);
  expect((await tool('context')).status).toBe(200);
});
