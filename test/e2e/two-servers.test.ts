/** Two servers share an account, a region, a stack; nothing else. */
import type { StackFile } from '../../local/stack-file';
import { ALLOWED_ORIGIN } from './fixtures/choices';
import { post, send } from './support/http';
import { legacy } from './support/requests';
import { connectUser } from './support/sessions';
import { Forger } from './support/tokens';
import { startTwoServers, type TwoServers } from './support/two-servers';

jest.setTimeout(30_000);

let servers: TwoServers;

beforeAll(async () => {
  servers = await startTwoServers(4346);
}, 60_000);
afterAll(() => servers?.stop());

const LIST = legacy(['tools/list', {}]).body;
const PAIRS = [
  ['faults', 'neighbour'],
  ['neighbour', 'faults'],
] as const;

function requestToken({ machineClients, tokenEndpoint }: StackFile): Promise<Response> {
  const [client] = Object.values(machineClients);
  const credentials = Buffer.from(`${client?.clientId}:${client?.clientSecret}`).toString('base64');
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  return fetch(tokenEndpoint, { method: 'POST', headers: { authorization: `Basic ${credentials}` }, body });
}

/** A token the pool itself issued. */
async function machineToken(stack: StackFile): Promise<string> {
  return ((await (await requestToken(stack)).json()) as { access_token: string }).access_token;
}

async function userToken(stack: StackFile): Promise<string> {
  const [user] = stack.users;
  if (user === undefined) throw new Error('the stack has no user');
  const { client, provider } = await connectUser('v2 modern', stack, user);
  await client.close();
  return provider.tokens()?.access_token ?? '';
}

describe.each(PAIRS)('a token of %s', (own, other) => {
  test.each([
    ['A13', 'machine', machineToken],
    ['A3', 'user', userToken],
  ])('%s (%s) is accepted there, and refused by the other server', async (_id, _kind, issue) => {
    const token = await issue(servers[own]);
    expect((await post(servers[own].mcpUrl, LIST, { token })).status).toBe(200);
    expect((await post(servers[other].mcpUrl, LIST, { token })).status).toBe(401);
  });

  test('A3 is refused by the other server whatever it claims', async () => {
    const { issuer, resource } = servers[other];
    const forged = await new Forger(servers[own]).user({ iss: issuer, aud: resource, scope: `${resource}/use` });
    expect((await post(servers[other].mcpUrl, LIST, { token: forged })).status).toBe(401);
  });
});

test('A1 each server has its own documents and its own authorization server', async () => {
  const documents = await Promise.all(
    PAIRS.map(async ([name]) => {
      const { origin } = new URL(servers[name].mcpUrl);
      return (await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)).json();
    }),
  );
  expect(documents).toMatchObject(
    PAIRS.map(([name]) => ({
      resource: servers[name].mcpUrl,
      authorization_servers: [new URL(servers[name].mcpUrl).origin],
    })),
  );
});

test('A13 a machine of one server gets no token where tokens of the other are issued', async () => {
  const { machineClients } = servers.faults;
  const answer = await requestToken({ ...servers.neighbour, machineClients });
  expect(answer.status).toBe(401);
  expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
});

describe('A18 with named origins', () => {
  const NAMED = ALLOWED_ORIGIN;
  const preflight = (origin: string, path = '/mcp') =>
    send(new URL(path, servers.neighbour.mcpUrl).href, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
  const call = async (origin: string) =>
    post(servers.neighbour.mcpUrl, LIST, { token: await machineToken(servers.neighbour), headers: { origin } });

  test('a page of a named origin may call', async () => {
    expect((await preflight(NAMED)).headers['access-control-allow-origin']).toBe(NAMED);
    const { status, headers } = await call(NAMED);
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBe(NAMED);
    expect(headers['access-control-expose-headers']).toMatch(/www-authenticate/i);
  });

  test('a page of another origin may not, and cannot read the documents either', async () => {
    const other = 'https://evil.example.com';
    expect((await preflight(other)).headers).not.toHaveProperty('access-control-allow-origin');
    const { status, headers } = await call(other);
    expect(status).toBe(403);
    expect(headers).not.toHaveProperty('access-control-allow-origin');
    const document = new URL('/.well-known/oauth-protected-resource', servers.neighbour.mcpUrl).href;
    const read = await send(document, { headers: { origin: other } });
    expect(read.headers).not.toHaveProperty('access-control-allow-origin');
  });
});
