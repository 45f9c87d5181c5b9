/** What the probe measures, as CloudWatch reads it from the log. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTRACT_VERSION } from '../../../lib/private/contract';

let server: Server;
let address: string;
let answer: (method: string | undefined) => number;

beforeAll(async () => {
  server = createServer(({ method }, response) => {
    response.writeHead(answer(method), { 'www-authenticate': 'Bearer' });
    response.end(method === 'GET' ? JSON.stringify({ resource: 'http://localhost:1/mcp' }) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** The line that one look writes. */
async function measured(more: Record<string, string> = {}): Promise<Record<string, unknown>> {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  const before = process.env;
  process.env = {
    ...before,
    MCP_CONTRACT: CONTRACT_VERSION,
    MCP_SERVER: 'notes',
    MCP_RESOURCE: 'http://localhost:1/mcp',
    MCP_RESOURCE_METADATA: 'http://localhost:1/.well-known/oauth-protected-resource/mcp',
    MCP_PROBE_ADDRESS: address,
    ...more,
  };
  try {
    await jest.isolateModulesAsync(async () => (await import('../../../lambda/probe/handler')).handler());
  } finally {
    process.env = before;
    write.mockRestore();
  }
  return JSON.parse(lines.find((line) => line.includes('probe')) ?? '{}');
}

const metrics = (line: Record<string, unknown>) =>
  (line as { _aws: { CloudWatchMetrics: { Metrics: { Name: string }[] }[] } })._aws.CloudWatchMetrics.flatMap(
    ({ Metrics }) => Metrics.map(({ Name }) => Name),
  );

test.each([
  ['1 where the server answers', 200, 1],
  ['0 where it does not', 503, 0],
])('O2 the measurement is %s', async (_name, status, health) => {
  answer = (method) => (method === 'GET' ? status : 401);
  const line = await measured();
  expect(line).toMatchObject({
    Server: 'notes',
    Health: health,
    _aws: { CloudWatchMetrics: [{ Namespace: 'cdk-mcp', Dimensions: [['Server']], Metrics: [{ Name: 'Health' }] }] },
  });
  expect(metrics(line)).toEqual(['Health']);
});

test('O2 a token that is not to be had is measured by itself', async () => {
  answer = (method) => (method === 'GET' ? 200 : 401);
  const line = await measured({
    MCP_TOKEN_ENDPOINT: 'http://localhost:1/oauth2/token',
    MCP_PROBE_CLIENT: 'probe',
    MCP_PROBE_SECRET: 'secret',
    MCP_PROBE_SCOPE: 'read',
    AWS_ACCESS_KEY_ID: 'id',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SECRETSMANAGER: 'http://127.0.0.1:1',
  });
  expect(line).toMatchObject({ Health: 1, SignIn: 0, tokenFault: expect.any(String) });
  expect(metrics(line)).toEqual(['Health', 'SignIn']);
});
