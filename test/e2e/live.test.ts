/** What someone at the terminal of a local run sees of a call, of a refusal by the gateway and of one by the broker. */
import { startStack, type TestStack } from '../support/stack';
import { until } from '../support/until';
import { post } from './support/http';
import { call } from './support/requests';
import { Forger } from './support/tokens';

jest.setTimeout(60_000);

let running: TestStack;
beforeAll(async () => {
  running = await startStack({ port: 4860, app: 'npx tsx test/e2e/fixtures/app.ts' });
}, 90_000);
afterAll(() => running?.stop());

/** The only line with this in it, once it is there. */
async function line(part: string): Promise<string> {
  const found = () =>
    running
      .output()
      .split('\n')
      .filter((text) => text.includes(part));
  await until(async () => found().length > 0);
  expect(found()).toHaveLength(1);
  return found()[0] ?? '';
}

test('O6 a call, a forged token, a wrong secret and an unknown path each show as one line', async () => {
  await until(async () => running.output().includes('Running until Ctrl-C'), 20_000);
  const { mcpUrl, resource, tokenEndpoint, machineClients } = running.stack;
  const token = await new Forger(running.stack).user({ scope: `${resource}/use` });
  expect((await post(mcpUrl, call('echoes', { said: 'x' }), { token })).status).toBe(200);
  expect(await line('by local-dev  tools/call echoes')).toMatch(/ 200 .*user forged-user.* ok /);

  expect((await post(mcpUrl, call('echoes'), { token: 'a.b.c' })).status).toBe(401);
  expect(await line('invalid token signature or format')).toMatch(/ 401 .*POST \/mcp {2}refused at the endpoint: /);

  const clientId = Object.values(machineClients)[0]?.clientId ?? '';
  const secret = { grant_type: 'client_credentials', client_id: clientId, client_secret: 'wrong' };
  expect((await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(secret) })).status).toBe(401);
  expect(await line('token_refused')).toMatch(/ broker {2}token_refused: .*by faults-machine/);

  expect((await post(new URL('/nothing', mcpUrl).href, call('echoes'))).status).toBe(404);
  expect(await line(' 404 ')).toContain('refused at the endpoint');
});
