/** What anybody may read, and what browsers may do with it. */
import { ENDPOINT, INITIAL_SCOPES, startStack, type TestStack } from '../support/stack';
import { type Answer, post, type Sent, send } from './support/http';
import { call } from './support/requests';
import { Forger } from './support/tokens';

jest.setTimeout(30_000);

let running: TestStack;
let origin: string;

beforeAll(async () => {
  running = await startStack({ port: 4328 });
  origin = new URL(running.stack.mcpUrl).origin;
}, 60_000);
afterAll(() => running?.stop());

const RESOURCE = ['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'];
const SERVER = '/.well-known/oauth-authorization-server';
const PAGE = 'https://page.example.com';

const get = (path: string, headers?: Sent['headers']) => send(`${origin}${path}`, { headers });

function corsHeaders({ headers }: Answer): string[] {
  return Object.keys(headers).filter((name) => name.startsWith('access-control-'));
}

describe('A1 discovery', () => {
  test.each(RESOURCE)('%s describes the resource', async (path) => {
    const { status, headers, json } = await get(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json');
    expect(headers['cache-control']).toMatch(/^public, max-age=\d+$/);
    expect(json()).toMatchObject({
      resource: running.stack.resource,
      authorization_servers: [origin],
      scopes_supported: INITIAL_SCOPES.map((name) => `${running.stack.resource}/${name}`),
      bearer_methods_supported: ['header'],
    });
  });

  test('the authorization server is described where its issuer says, and all of it is on its own origin', async () => {
    const { stack } = running;
    expect((await get(SERVER)).json()).toEqual({
      issuer: origin,
      authorization_endpoint: `${origin}/oauth2/authorize`,
      token_endpoint: `${origin}/oauth2/token`,
      revocation_endpoint: `${origin}/oauth2/revoke`,
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes_supported: ['notes:read', 'notes:write'].map((name) => `${stack.resource}/${name}`),
      token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'private_key_jwt']),
      token_endpoint_auth_signing_alg_values_supported: expect.not.arrayContaining(['none']),
      revocation_endpoint_auth_methods_supported: expect.arrayContaining(['none']),
    });
  });

  test('what is described is there, and where clients may not register themselves nothing is', async () => {
    const { authorizationEndpoint, tokenEndpoint, revocationEndpoint } = running.stack;
    expect((await send(authorizationEndpoint)).status).toBe(400);
    for (const endpoint of [tokenEndpoint, revocationEndpoint]) {
      expect((await send(endpoint, { method: 'POST' })).json().error).toBe('invalid_request');
    }
    expect((await send(`${origin}/oauth2/register`, { method: 'POST', body: {} })).status).toBe(404);
  });

  test.each([
    ['X-Forwarded-Host', { 'x-forwarded-host': 'evil.example.com' }],
    ['Forwarded', { forwarded: 'host=evil.example.com;proto=https' }],
    ['X-Forwarded-Proto', { 'x-forwarded-proto': 'evil' }],
    ['Origin', { origin: 'https://evil.example.com' }],
  ])('the documents say the same whatever %s says', async (_name, headers) => {
    for (const path of [...RESOURCE, SERVER]) {
      const [plain, hostile] = [await get(path), await get(path, headers)];
      expect(hostile.text).toBe(plain.text);
      expect(JSON.stringify(hostile.headers)).not.toContain('evil');
    }
  });

  test('a foreign Host gets no document', async () => {
    for (const path of [...RESOURCE, SERVER]) {
      const answer = await get(path, { host: 'evil.example.com' });
      expect(answer.status).toBe(403);
      expect(answer.text + JSON.stringify(answer.headers)).not.toContain('evil');
    }
  });

  test.each([
    '/.well-known/openid-configuration',
    '/.well-known/oauth-protected-resource/other',
    '/.well-known/oauth-authorization-server/mcp',
    '/oauth2/token',
    '/oauth2/userInfo',
    '/login',
  ])('%s is not found', async (path) => {
    expect((await get(path)).status).toBe(404);
  });

  test('A2 the 401 of an HTTP API cannot name the metadata; the well-known address leads there all the same', async () => {
    const refused = await post(running.stack.mcpUrl, call('list_notes'));
    expect(refused.status).toBe(401);
    const named = `Bearer resource_metadata="${new URL(RESOURCE[0] as string, origin).href}"`;
    expect(refused.challenge).toBe(ENDPOINT === 'rest' ? named : 'Bearer');
    expect((await get(RESOURCE[0] as string)).json().resource).toBe(running.stack.mcpUrl);
  });
});

describe('A18 without named origins', () => {
  const preflight = (path: string, method: string) =>
    send(`${origin}${path}`, {
      method: 'OPTIONS',
      headers: {
        origin: PAGE,
        'access-control-request-method': method,
        'access-control-request-headers': 'mcp-protocol-version',
      },
    });

  test.each([...RESOURCE, SERVER])('any page may read %s, without credentials', async (path) => {
    const asked = await preflight(path, 'GET');
    expect(asked.status).toBe(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': expect.stringContaining('GET'),
      'access-control-allow-headers': expect.stringMatching(/mcp-protocol-version/i),
    });
    expect(asked.headers).not.toHaveProperty('access-control-allow-credentials');
    const read = await get(path, { origin: PAGE });
    expect(read.headers['access-control-allow-origin']).toBe('*');
    expect(read.headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test.each(['/oauth2/token', '/oauth2/revoke'])('any page may call %s, without credentials', async (path) => {
    const asked = await preflight(path, 'POST');
    expect(asked.status).toBe(204);
    expect(asked.headers['access-control-allow-origin']).toBe('*');
    expect(asked.headers['access-control-allow-methods']).toContain('POST');
    const called = await send(`${origin}${path}`, { method: 'POST', headers: { origin: PAGE } });
    expect(called.headers['access-control-allow-origin']).toBe('*');
    for (const { headers } of [asked, called]) expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  test.each([
    ['GET', '/oauth2/authorize'],
    ['POST', '/oauth2/consent'],
    ['GET', '/oauth2/callback'],
  ])('no page may read %s %s, which are for people', async (method, path) => {
    expect((await preflight(path, method)).status).toBe(404);
    const called = await send(`${origin}${path}`, { method, headers: { origin: PAGE, 'sec-fetch-mode': 'cors' } });
    expect(called.status).toBe(403);
    expect(corsHeaders(called)).toEqual([]);
    const visited = await send(`${origin}${path}`, { method, headers: { 'sec-fetch-mode': 'navigate' } });
    expect(visited.status).toBe(400);
    expect(visited.headers['content-type']).toContain('text/html');
  });

  test('no page may call the server: no preflight, no header, and the call itself is refused', async () => {
    const asked = await preflight('/mcp', 'POST');
    expect(asked.status).not.toBe(204);
    expect(corsHeaders(asked)).toEqual([]);
    const token = await new Forger(running.stack).user();
    const called = await post(running.stack.mcpUrl, call('list_notes'), { token, headers: { origin: PAGE } });
    expect(called.status).toBe(403);
    expect(corsHeaders(called)).toEqual([]);
    expect(corsHeaders(await post(running.stack.mcpUrl, call('list_notes'), { headers: { origin: PAGE } }))).toEqual(
      [],
    );
  });
});
