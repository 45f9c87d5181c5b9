/** What anybody may read, and what browsers may do with it. */
import { startStack, type TestStack } from '../support/stack';
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
      scopes_supported: [`${running.stack.resource}/notes:read`],
      bearer_methods_supported: ['header'],
    });
  });

  test('the authorization server is described where its issuer says', async () => {
    const metadata = (await get(SERVER)).json();
    expect(metadata).toMatchObject({
      issuer: origin,
      authorization_endpoint: running.stack.authorizationEndpoint,
      token_endpoint: running.stack.tokenEndpoint,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
    });
    // Not true yet, so not said.
    for (const promise of ['registration_endpoint', 'client_id_metadata_document_supported']) {
      expect(metadata).not.toHaveProperty(promise);
    }
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

  test.each(['/.well-known/openid-configuration', '/.well-known/oauth-protected-resource/other', '/oauth2/token'])(
    '%s is not found',
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  test('A2 the 401 of the gateway cannot name the metadata; the well-known address leads there all the same', async () => {
    const refused = await post(running.stack.mcpUrl, call('list_notes'));
    expect(refused.status).toBe(401);
    expect(refused.challenge).toBe('Bearer');
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
