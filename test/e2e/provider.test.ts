/** An app whose identity provider is no part of it, run here against plain OpenID providers. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ClientCredentialsProvider } from '@modelcontextprotocol/client';
import { ScriptedBrowser } from '../../local/demo/browser';
import { McpSession } from '../../local/demo/mcp-session';
import { SignInProvider } from '../../local/demo/sign-in-provider';
import type { StackFile } from '../../local/stack-file';
import { OTHER as OTHER_DIALECT } from '../support/oidc/dialect';
import { startProvider, type TestProvider } from '../support/oidc/provider';
import { auditRecordsIn, freePort, type LocalCommand, runLocal, temporaryFolder } from '../support/stack';
import { FIRST, MACHINE, MACHINE_SECRET, OTHER, USER_CLIENT } from './fixtures/provider-choices';
import { post, send } from './support/http';
import { call } from './support/requests';
import { connectWith, KINDS, type Session } from './support/sessions';

jest.setTimeout(30_000);

const REDIRECT_URI = 'http://localhost:8765/callback';
const ADA = { username: 'ada', password: 'ada-password', groups: ['admins'] };
const BEN = { username: 'ben', password: 'ben-password', groups: [] };

let command: LocalCommand;
let dir: string;
let stack: StackFile;
let greeterUrl: string;
let first: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  const port = await freePort(5800);
  const common = { users: [ADA, BEN], clients: { [USER_CLIENT]: REDIRECT_URI, stranger: REDIRECT_URI } };
  const machines = { [MACHINE]: MACHINE_SECRET };
  const scopes = ['openid', 'notes:read', 'notes:write'];
  first = await startProvider({ ...common, machines, scopes, port: await freePort(5850) });
  other = await startProvider({
    ...common,
    machines,
    port: await freePort(5870),
    path: '/as',
    dialect: OTHER_DIALECT,
    audience: 'api://greeter',
    scopes: ['api://greeter/greet'],
  });
  dir = temporaryFolder();
  const at = (deployed: string, { issuer }: TestProvider) => ['--provider', `${deployed}=${new URL(issuer).origin}`];
  const app = 'npx tsx test/e2e/fixtures/provider-app.ts';
  command = runLocal(['--port', String(port), '--dir', dir, '--app', app, ...at(FIRST, first), ...at(OTHER, other)]);
  await command.until('Running until Ctrl-C.');
  stack = JSON.parse(readFileSync(join(dir, 'stack.json'), 'utf8'));
  greeterUrl = `http://localhost:${port + 3}/mcp`;
}, 90_000);

afterAll(async () => {
  await command?.stop();
  await Promise.all([first?.stop(), other?.stop()]);
  rmSync(dir, { recursive: true, force: true });
});

function signIn(kind: (typeof KINDS)[number], user: typeof ADA, client = USER_CLIENT) {
  const browser = new ScriptedBrowser(user);
  const known = { clientId: client, redirectUris: [REDIRECT_URI], confidential: false };
  const provider = new SignInProvider(client, known, first.issuer, browser);
  return connectWith(kind, stack, provider).then((session) => ({ session, provider, browser }));
}

const namesOf = (listed: { tools: { name: string }[] }) => listed.tools.map(({ name }) => name).sort();

test('A15 the demonstration holds, and the screen names the provider', () => {
  expect(command.output()).toContain(`Its provider    ${first.issuer}`);
  expect(command.output()).not.toContain('✗');
  expect(stack).toMatchObject({ authorizationServer: first.issuer, tokenEndpoint: `${first.issuer}/token` });
});

test('A1 discovery names the provider, and there is no authorization server here', async () => {
  for (const path of ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource']) {
    const answer = await send(new URL(path, stack.mcpUrl).href);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({
      resource: stack.mcpUrl,
      authorization_servers: [first.issuer],
      scopes_supported: ['notes:read'],
    });
  }
  for (const path of ['/.well-known/oauth-authorization-server', '/oauth2/authorize', '/oauth2/token']) {
    expect((await send(new URL(path, stack.mcpUrl).href)).status).toBe(404);
  }
});

describe.each(KINDS)('A15 SDK %s', (kind) => {
  let session: Session;
  let signedIn: Awaited<ReturnType<typeof signIn>>;

  beforeAll(async () => {
    signedIn = await signIn(kind, ADA);
    session = signedIn.session;
  });
  afterAll(() => session?.client.close());

  test('discovers the provider and signs in for the initial scope and this resource', () => {
    expect(signedIn.provider.requested).toEqual(['notes:read']);
    expect(first.requested.at(-1)?.get('resource')).toBe(stack.mcpUrl);
  });

  test('T3 lists what groups allow and scopes may still allow', async () => {
    expect(namesOf(await session.client.listTools())).toEqual(['add_note', 'delete_note', 'list_notes', 'read_note']);
  });

  test('A4 steps up from read to write, and still reads', async () => {
    const added = await session.call('add_note', { title: `by ${kind}`, text: 'with a provider of its own' });
    expect(added.isError).not.toBe(true);
    expect(signedIn.provider.requested.at(-1)?.split(' ').sort()).toEqual(['notes:read', 'notes:write']);
    expect(signedIn.browser.passwordsTyped).toBe(1);
    expect((await session.call('list_notes')).structuredContent.notes).toContainEqual(
      expect.objectContaining({ id: added.structuredContent.id }),
    );
    expect((await session.call('delete_note', { id: added.structuredContent.id })).isError).not.toBe(true);
  });

  test('T3 somebody in no group neither sees nor calls what is for one', async () => {
    const ben = await signIn(kind, BEN);
    expect(namesOf(await ben.session.client.listTools())).toEqual(['add_note', 'list_notes', 'read_note']);
    await expect(ben.session.call('delete_note', { id: 'x' })).rejects.toThrow('Tool delete_note not found');
    await ben.session.client.close();
  });
});

describe('a machine client of the provider', () => {
  const machine = (url: string, issuer: string, scope: string) =>
    McpSession.connect(
      url,
      new ClientCredentialsProvider({
        clientId: MACHINE,
        clientSecret: MACHINE_SECRET,
        scope,
        expectedIssuer: issuer,
      }),
      { onInsufficientScope: 'throw' },
    );

  test('A13 finds the token endpoint, lists and calls what its scopes allow', async () => {
    const session = await machine(stack.mcpUrl, first.issuer, 'notes:read');
    expect(await session.tools()).toEqual(['list_notes', 'read_note']);
    expect((await session.call('list_notes', {})).isError).not.toBe(true);
    await session.close();
  });

  test('A13 gets no further with a scope that the provider gives it and this server did not', async () => {
    const session = await machine(stack.mcpUrl, first.issuer, 'notes:read notes:write');
    expect(await session.tools()).toEqual(['list_notes', 'read_note']);
    await expect(session.call('add_note', { title: 'no', text: 'no' })).rejects.toThrow(/scope/i);
    await session.close();
  });

  test('A15 is understood where its token is spelled otherwise, without a subject', async () => {
    const session = await machine(greeterUrl, other.issuer, 'api://greeter/greet');
    expect(await session.tools()).toEqual(['greets']);
    expect((await session.call('greets', {})).isError).not.toBe(true);
    await session.close();
  });
});

describe('A3 refuses', () => {
  const claims = (overrides: Record<string, unknown> = {}) => ({
    iss: first.issuer,
    aud: stack.mcpUrl,
    sub: 'ada',
    client_id: USER_CLIENT,
    scope: 'notes:read',
    ...overrides,
  });
  const ask = (token: string, url = stack.mcpUrl) => post(url, call('list_notes'), { token });

  test('nothing that is as it should be', async () => {
    expect((await ask(await first.sign(claims()))).status).toBe(200);
  });

  test.each<[string, () => Promise<string>]>([
    ['an ID token', () => first.idToken(USER_CLIENT)],
    ['an ID token for this server, with its scope', () => first.idToken(USER_CLIENT, claims({ at_hash: 'x' }))],
    ['a token of the other provider', () => other.sign(claims())],
    ['a token of the other provider as this one', () => other.sign(claims({ iss: other.issuer }))],
    ['a token for another server', () => first.sign(claims({ aud: greeterUrl }))],
    ['a token for two servers', () => first.sign(claims({ aud: [stack.mcpUrl, greeterUrl] }))],
    ['a token of a client nobody named', () => first.sign(claims({ client_id: 'stranger' }))],
    ['a client that passes for a person', () => first.sign(claims({ sub: USER_CLIENT }))],
    ['a token of another type', () => first.sign(claims(), { typ: 'JWT' })],
    ['a token without a type', () => first.sign(claims(), {})],
    ['an expired token', () => first.sign(claims({ exp: 1 }))],
  ])('%s', async (_what, token) => {
    expect((await ask(await token())).status).toBe(401);
  });

  test('a token with none of this server’s scopes', async () => {
    expect((await ask(await first.sign(claims({ scope: 'openid' })))).status).toBe(403);
  });

  test('somebody who signed in with a client that was not named', async () => {
    await expect(signIn('v2 modern', ADA, 'stranger')).rejects.toThrow();
  });
});

test('O6 the audit names user and client as the provider does', () => {
  const records = auditRecordsIn(stack.auditLog);
  expect(records).toContainEqual(
    expect.objectContaining({ client: USER_CLIENT, principal: { kind: 'user', id: 'ada' }, decision: 'allow' }),
  );
  expect(records).toContainEqual(
    expect.objectContaining({ client: MACHINE, principal: { kind: 'machine', id: MACHINE }, decision: 'allow' }),
  );
});
