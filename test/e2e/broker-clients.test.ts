import { type ClientStack, person, startClientStack } from '../clients/support/stack';
import { type ClientOptions, hostOf } from './support/providers';
import { connectMachine, connectWith, KINDS, type Kind } from './support/sessions';

jest.setTimeout(30_000);

let running: ClientStack;

beforeAll(async () => {
  running = await startClientStack({ port: 4700, dynamic: true });
}, 60_000);
afterAll(() => running?.stop());
afterEach(() => jest.restoreAllMocks());

const REGISTERED = { clientId: 'local-dev', redirectUris: ['http://localhost:8765/callback'] };

const WAYS: Record<string, () => Partial<ClientOptions>> = {
  'A8 with a metadata document': () => ({
    documentUrl: running.documents.publish('/client.json', {
      client_name: 'Document client',
      redirect_uris: ['http://127.0.0.1/callback'],
    }),
  }),
  'A9 that registers itself': () => ({}),
  'that was registered before': () => ({ client: REGISTERED }),
};

async function connect(kind: Kind, options: Partial<ClientOptions>) {
  const host = hostOf(kind, running.stack, { user: person(running.stack), ...options });
  return { host, session: await connectWith(kind, running.stack, host) };
}

function scopes(...names: string[]): string {
  return names.map((name) => `${running.stack.resource}/${name}`).join(' ');
}

describe.each(KINDS)('SDK %s', (kind) => {
  describe.each(Object.entries(WAYS))('a client %s', (_way, optionsOf) => {
    test('A7 A5 asks for consent before the sign-in, then calls a tool', async () => {
      const { host, session } = await connect(kind, optionsOf());
      expect(host.scripted.pages).toEqual(['consent', 'sign-in']);
      expect(host.requested).toEqual([scopes('notes:read')]);
      expect(host.callback?.get('iss')).toBe(running.stack.authorizationServer);
      expect((await session.call('list_notes')).isError).not.toBe(true);
      await session.client.close();
    });

    test('A4 steps up to write in one session, with consent and no second password, and still reads', async () => {
      const { host, session } = await connect(kind, optionsOf());
      const added = await session.call('add_note', { title: 'stepped up', text: 'text' });
      expect(added.structuredContent.title).toBe('stepped up');
      expect(host.scripted.pages).toEqual(['consent', 'sign-in', 'consent']);
      expect(host.scripted.consents[1]).toContain('Create, change and delete your notes');
      expect(JSON.stringify((await session.call('list_notes')).structuredContent)).toContain('stepped up');
      await session.client.close();
    });

    test('A11 refreshes when its access token is over, without asking anybody', async () => {
      const { host, session } = await connect(kind, { ...optionsOf(), withholdsRefresh: false });
      const before = host.tokens();
      host.expire();
      expect((await session.call('list_notes')).isError).not.toBe(true);
      const after = host.tokens();
      expect(after?.access_token).not.toBe(before?.access_token);
      expect(after?.refresh_token).not.toBe(before?.refresh_token);
      expect(after?.scope).toBe(before?.scope);
      expect(host.scripted.consents).toHaveLength(1);
      await session.client.close();
    });

    test('A11 is told when its grant was revoked, and asks for consent again', async () => {
      jest.spyOn(console, 'warn').mockImplementation(); // SDK v2 says that it forgets its tokens
      const { host, session } = await connect(kind, { ...optionsOf(), withholdsRefresh: false });
      const client = host.clientInformation()?.client_id ?? '';
      const body = new URLSearchParams({ token: host.tokens()?.refresh_token ?? '', client_id: client });
      expect((await fetch(running.stack.revocationEndpoint, { method: 'POST', body })).status).toBe(200);
      host.expire();
      expect((await session.call('list_notes')).isError).not.toBe(true);
      expect(host.scripted.pages).toEqual(['consent', 'sign-in', 'consent']);
      await session.client.close();
    });

    test('A7 learns that the user denied, and nobody had to sign in', async () => {
      const host = hostOf(kind, running.stack, { user: person(running.stack), decision: 'deny', ...optionsOf() });
      await expect(connectWith(kind, running.stack, host)).rejects.toThrow('authorization answered access_denied');
      expect(host.scripted.pages).toEqual(['consent']);
      expect(host.tokens()).toBeUndefined();
    });

    test('A6 may wait on another loopback port than the registered one', async () => {
      const options = optionsOf();
      const host = options.client === undefined ? '127.0.0.1' : 'localhost';
      const first = await connect(kind, { ...options, redirectUri: `http://${host}:4790/callback` });
      expect(first.host.scripted.consents[0]).toContain(`${host}:4790`);
      await first.session.client.close();
    });
  });

  test('A6 another path or host on loopback is a page for the user, not a redirect', async () => {
    for (const redirectUri of [
      'http://localhost:8765/other',
      'http://[::1]:8765/callback',
      'https://localhost:8765/callback',
    ]) {
      const refused = connect(kind, { client: REGISTERED, redirectUri });
      await expect(refused).rejects.toThrow(/answered 400: .*wants to send you somewhere unexpected/);
    }
  });

  test('A8 a metadata document on a host that is not allowed makes nobody known', async () => {
    const documentUrl = 'https://client.example.net/client.json';
    await expect(connect(kind, { documentUrl })).rejects.toThrow(/answered 400: .*This program is not known here/);
    expect(running.documents.requests).not.toContain('https://client.example.net/client.json');
  });

  test('A13 a machine client finds its way by the MCP URL alone and calls a tool', async () => {
    const session = await connectMachine(kind, running.stack, 'importer');
    expect((await session.call('list_notes')).isError).not.toBe(true);
    await session.client.close();
  });
});

test('A13 a machine client whose token is over asks for what the challenge says: nothing', async () => {
  const { mcpUrl, tokenEndpoint, machineClients } = running.stack;
  const headers = { authorization: 'Bearer expired', 'content-type': 'application/json' };
  const challenged = await fetch(mcpUrl, { method: 'POST', headers, body: '{}' });
  // As the SDKs read it: quoted text, or else whatever comes up to the next space.
  const challenge = challenged.headers.get('www-authenticate') ?? '';
  const [, quoted, bare] = /scope=(?:"([^"]+)"|([^\s,]+))/.exec(challenge) ?? [];
  const { clientId = '', clientSecret = '' } = machineClients.reporting ?? {};
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: quoted ?? bare ?? '',
  });
  const answer = await fetch(tokenEndpoint, { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ scope: scopes('notes:read') });
});

test('A4 SDK v1 with a refresh token refreshes instead of stepping up: it is refused, and reads on', async () => {
  const { host, session } = await connect('v1', { withholdsRefresh: false });
  await expect(session.call('add_note', { title: 'no', text: 'no' })).rejects.toThrow('403 after trying upscoping');
  expect(host.requested).toEqual([scopes('notes:read')]);
  expect((await session.call('list_notes')).isError).not.toBe(true);
  await session.client.close();
});
