/** A token endpoint that echoes what it was sent: what `cdk-mcp smoke` says of it holds nothing of the secret. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { smoke } from '../../bin/cli/smoke/smoke';

const SECRET = `S3CR3T/+"${'abcdefghijklmnopqrstuvwxyz0123456789'.repeat(2)}`;

let server: Server;
let origin: string;
let methods: readonly string[];
let padding: number;
let echoed: string;
let sentAs: readonly string[];

beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming) text += chunk;
    const json = (status: number, body: object) =>
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (incoming.url?.includes('oauth-protected'))
      return json(200, { resource: `${origin}/mcp`, authorization_servers: [origin] });
    if (incoming.url?.includes('well-known'))
      return json(200, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ['code'],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: methods,
      });
    if (incoming.url !== '/token') {
      const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`;
      return outgoing.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end();
    }
    const basic = incoming.headers.authorization?.slice('Basic '.length) ?? '';
    const given = new URLSearchParams(text).get('client_secret') ?? Buffer.from(basic, 'base64').toString();
    echoed = `${given} ${basic} ${text}`;
    sentAs = [SECRET, encodeURIComponent(SECRET), basic, /client_secret=([^&]*)/.exec(text)?.[1] ?? ''];
    return json(400, { error: 'invalid_client', error_description: `${'x'.repeat(padding)} ${echoed}` });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

/** Eight characters in a row of what the server was sent. */
function leaked(said: string): string[] {
  return sentAs
    .flatMap((form) => Array.from({ length: Math.max(0, form.length - 7) }, (_, at) => form.slice(at, at + 8)))
    .filter((piece) => said.includes(piece));
}

test.each(
  ['client_secret_basic', 'client_secret_post'].flatMap((method) => [0, 200, 250, 280].map((pad) => [method, pad])),
)('O3 a server that echoes the secret of %s behind %i characters does not have it printed', async (method, pad) => {
  methods = [String(method)];
  padding = Number(pad);
  echoed = '';
  const selection = { url: new URL(`${origin}/mcp`), client: 'ci', secret: { variable: 'X' } };
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => {});
  const { checks } = await smoke(selection as Parameters<typeof smoke>[0], SECRET);
  const warnings = warned.mock.calls.join('\n');
  warned.mockRestore();
  expect(echoed).toContain(method === 'client_secret_post' ? SECRET : 'ci:');
  const said = checks.map(({ detail }) => detail).join('\n');
  expect(said).toContain('[the sec');
  expect(said).not.toContain('S3CR3T');
  expect(leaked(said)).toEqual([]);
  expect(leaked(warnings)).toEqual([]);
});
