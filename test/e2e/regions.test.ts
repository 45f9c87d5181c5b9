/** Failover, rehearsed: two regions as synthesised, one of which is switched off while clients work. */
import { randomBytes } from 'node:crypto';
import { auth, discoverAuthorizationServerMetadata, refreshAuthorization } from '@modelcontextprotocol/client';
import { ScriptedBrowser } from '../../local/demo/browser';
import { SignInProvider } from '../../local/demo/sign-in-provider';
import { post, send } from './support/http';
import { legacy, type Method } from './support/requests';
import { connectMachine, connectUser } from './support/sessions';
import { type RunningRegions, startRegions } from './support/two-regions';

jest.setTimeout(60_000);

let running: RunningRegions;
let url: string;
let primary: string;
let second: string;

beforeAll(async () => {
  running = await startRegions(5400, 'npx tsx test/e2e/fixtures/regions-app.ts');
  url = running.stack.mcpUrl;
  [primary, second] = running.regions;
}, 90_000);
afterAll(() => running?.stop());

const person = () => running.stack.users[0]!;
const issuer = () => new URL(url).origin;

/** A person's client that has begun to sign in, and what it needs to finish. */
async function begun(): Promise<SignInProvider> {
  const [name, client] = Object.entries(running.stack.clients)[0]!;
  const provider = new SignInProvider(name, client, issuer(), new ScriptedBrowser(person()));
  await auth(provider, { serverUrl: url });
  return provider;
}

async function finished(provider: SignInProvider) {
  const { callback } = provider;
  const authorizationCode = callback?.get('code') ?? undefined;
  await auth(provider, { serverUrl: url, authorizationCode, iss: callback?.get('iss') ?? undefined });
  return provider.tokens()!;
}

const INITIALIZE: Method = [
  'initialize',
  { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'rehearsal', version: '1' } },
];
const GREETS: Method = ['tools/call', { name: 'greets', arguments: {} }];

function ask(method: Method, token: string, id?: string) {
  const { body, headers } = legacy(method);
  return post(url, body, { token, headers: { ...headers, ...(id !== undefined && { 'mcp-session-id': id }) } });
}

async function refreshed(provider: SignInProvider, refreshToken: string) {
  const metadata = await discoverAuthorizationServerMetadata(issuer());
  const clientInformation = provider.clientInformation()!;
  return refreshAuthorization(issuer(), { metadata, clientInformation, refreshToken, resource: new URL(url) });
}

const revoke = (token: string) =>
  fetch(running.stack.revocationEndpoint, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: Object.values(running.stack.clients)[0]!.clientId }),
  });

describe('while both regions run', () => {
  test('O2 both are healthy, by calls with a token', async () => {
    for (const region of [primary, second]) {
      const { line, ...alarms } = await running.probeOf(region).looks();
      expect(line).toMatchObject({ Health: 1, SignIn: 1 });
      expect(alarms).toEqual({ unhealthy: false, signIn: false });
    }
  });

  beforeEach(async () => {
    running.tables.lag = 300;
    await running.tables.settle();
    await running.leadTo(primary);
  });

  test('O2 a code begun in one region is finished in the other, once', async () => {
    const provider = await begun();
    await running.leadTo(second);
    const tokens = await finished(provider);
    expect((await ask(INITIALIZE, tokens.access_token)).status).toBe(200);
    await running.leadTo(primary);
    await expect(finished(provider)).rejects.toThrow();
  });

  test('O2 a token of one region is accepted in the other before its grant was replicated', async () => {
    running.tables.lag = Number.POSITIVE_INFINITY;
    const { access_token: token } = await finished(await begun());
    await running.leadTo(second);
    expect((await ask(INITIALIZE, token)).status).toBe(200);
  });

  test('O2 A11 a refresh token that was used is a replay in the other region, and the grant ends in both', async () => {
    const provider = await begun();
    const { refresh_token: first = '' } = await finished(provider);
    const { refresh_token: next = '' } = await refreshed(provider, first);
    await running.leadTo(second);
    const { refresh_token: third = '' } = await refreshed(provider, next);
    await expect(refreshed(provider, first)).rejects.toMatchObject({ code: 'invalid_grant' });
    for (const region of [second, primary]) {
      await running.leadTo(region);
      await expect(refreshed(provider, third)).rejects.toMatchObject({ code: 'invalid_grant' });
    }
  });

  test('O2 A11 a grant that was revoked in one region is refused in the other once that is replicated', async () => {
    const { access_token: token } = await finished(await begun());
    expect((await revoke(token)).status).toBe(200);
    await running.tables.settle();
    await running.leadTo(second);
    // This region has not met the grant, so nothing it believes from before has to end: docs/regions.md has the bound.
    expect((await ask(INITIALIZE, token)).status).toBe(401);
  });

  test('O2 T2 a session goes on in the other region, and is gone in both when it ended there', async () => {
    const { access_token: token } = await finished(await begun());
    const id = String((await ask(INITIALIZE, token)).headers['mcp-session-id']);
    await running.leadTo(second);
    expect((await ask(GREETS, token, id)).json().result.content[0].text).toBe('rehearsal');
    const headers = { authorization: `Bearer ${token}`, 'mcp-session-id': id };
    expect((await send(url, { method: 'DELETE', headers })).status).toBe(204);
    for (const region of [second, primary]) {
      await running.leadTo(region);
      expect((await ask(GREETS, token, id)).status).toBe(404);
    }
  });

  test('O2 a handle that names a region which is none is nothing', async () => {
    const code = `${randomBytes(32).toString('base64url')}.eu-west-3`;
    const verifier = randomBytes(32).toString('base64url');
    const fields = { code, code_verifier: verifier, redirect_uri: 'http://localhost:8765/callback' };
    const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'local-dev', ...fields });
    const response = await fetch(running.stack.tokenEndpoint, { method: 'POST', body });
    const { error } = (await response.json()) as { error?: string };
    expect([response.status, error]).toEqual([400, 'invalid_grant']);
  });
});

test('O2 one region is switched off and the user pool is replicated: its clients go on in the other', async () => {
  running.tables.lag = 50;
  await running.leadTo(primary);
  const [modern, legacyUser] = [
    await connectUser('v2 modern', running.stack, person()),
    await connectUser('v2 legacy', running.stack, person()),
  ];
  const machine = await connectMachine('v1', running.stack, 'machine');
  for (const session of [modern, legacyUser, machine]) expect((await session.call('greets')).isError).not.toBe(true);
  const provider = await begun();
  const tokens = await finished(provider);
  const id = String((await ask(INITIALIZE, tokens.access_token)).headers['mcp-session-id']);
  const unfinished = await begun();
  await running.tables.settle();

  await running.switchOff(primary);
  await running.leadTo(second);

  // The same clients, with the tokens and sessions they hold.
  for (const session of [modern, legacyUser, machine]) expect((await session.call('greets')).isError).not.toBe(true);
  expect((await ask(GREETS, tokens.access_token, id)).json().result.content[0].text).toBe('rehearsal');
  // They refresh, and what they get is good for the next time.
  const next = await refreshed(provider, tokens.refresh_token ?? '');
  const after = await refreshed(provider, next.refresh_token ?? '');
  expect((await ask(INITIALIZE, after.access_token)).status).toBe(200);
  // What was used is not good again, here either.
  await expect(refreshed(provider, tokens.refresh_token ?? '')).rejects.toMatchObject({ code: 'invalid_grant' });
  // A sign-in that was under way cannot be finished from a copy; begun again it can.
  await expect(finished(unfinished)).rejects.toThrow();
  const anew = await finished(await begun());
  expect((await ask(INITIALIZE, anew.access_token)).status).toBe(200);
  for (const session of [modern, legacyUser, machine]) await session.client.close();
});

test('O5 the alarm of the probe is on for the region that is gone, and not for the other', async () => {
  const { line, ...alarms } = await running.probeOf(primary).looks();
  expect(line).toMatchObject({ Health: 0, SignIn: 0, fault: expect.any(String) });
  expect(alarms).toEqual({ unhealthy: true, signIn: true });
  expect(await running.probeOf(second).looks()).toMatchObject({ line: { Health: 1 }, unhealthy: false, signIn: false });
});

test('O2 the user pool is gone with its region: who has a token goes on, and nobody gets another', async () => {
  await running.leadTo(second);
  const sessions = [
    await connectUser('v2 modern', running.stack, person()),
    await connectUser('v2 legacy', running.stack, person()),
    await connectMachine('v1', running.stack, 'machine'),
  ];
  const provider = await begun();
  const tokens = await finished(provider);
  const id = String((await ask(INITIALIZE, tokens.access_token)).headers['mcp-session-id']);
  const probe = running.probeOf(second);
  expect((await probe.looks()).line).toMatchObject({ Health: 1, SignIn: 1 });

  await running.switchOffPool();

  for (const session of sessions) expect((await session.call('greets')).isError).not.toBe(true);
  expect((await ask(GREETS, tokens.access_token, id)).json().result.content[0].text).toBe('rehearsal');
  await expect(refreshed(provider, tokens.refresh_token ?? '')).rejects.toMatchObject({
    code: 'temporarily_unavailable',
  });
  await expect(begun()).rejects.toThrow();
  await expect(connectMachine('v1', running.stack, 'machine')).rejects.toThrow();
  // Route 53 keeps the region: a probe that holds a token calls with it, one that has begun since asks without.
  expect(await probe.looks()).toMatchObject({ line: { Health: 1 }, unhealthy: false });
  const { line, ...alarms } = await running.probeOf(second).looks();
  expect(line).toMatchObject({ Health: 1, SignIn: 0, tokenFault: 'the token endpoint answered 503' });
  expect(alarms).toEqual({ unhealthy: false, signIn: true });
  for (const session of sessions) await session.client.close();
});
