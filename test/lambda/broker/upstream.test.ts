/** How often the provider is asked when connections to it break. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Upstream } from '../../../lambda/broker/upstream';

let server: Server;
let asked = 0;
let upstream: Upstream;

beforeAll(async () => {
  server = createServer((incoming) => {
    asked += 1;
    incoming.on('end', () => incoming.socket.destroy()).resume();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  upstream = new Upstream(
    {
      client: 'broker',
      tokenIssuer: origin,
      jwksUri: `${origin}/jwks`,
      authorize: `${origin}/authorize`,
      token: `${origin}/token`,
      revoke: `${origin}/revoke`,
      secretArn: 'arn',
    },
    'https://mcp.example.com/oauth2/callback',
    async () => 'secret',
    true,
  );
});
beforeEach(() => {
  asked = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test('A10 a code is sent once, whatever becomes of the connection', async () => {
  expect(await upstream.redeem('code', 'state', 'v'.repeat(43))).toMatchObject({ kind: 'unavailable' });
  expect(asked).toBe(1);
});

test('A11 a refresh token is sent once more when the connection broke', async () => {
  expect(await upstream.refresh('refresh')).toMatchObject({ kind: 'unavailable' });
  expect(asked).toBe(2);
});
