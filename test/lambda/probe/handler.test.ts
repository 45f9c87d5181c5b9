/** What the probe measures, as CloudWatch reads it from the log. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CONTRACT_VERSION } from '../../../lib/private/contract';

let server: Server;
let address: string;
let answer: (method: string | undefined) => number;

beforeAll(async () => {
  server = createServer(({ method }, response) => response.writeHead(answer(method)).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

test.each([
  ['1 where the server answers', 200, 1],
  ['0 where it does not', 503, 0],
])('O2 the measurement is %s', async (_name, status, health) => {
  answer = (method) => (method === 'GET' ? status : 401);
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
  };
  try {
    await jest.isolateModulesAsync(async () => (await import('../../../lambda/probe/handler')).handler());
  } finally {
    process.env = before;
    write.mockRestore();
  }
  expect(JSON.parse(lines.find((line) => line.includes('probe')) ?? '{}')).toMatchObject({
    Server: 'notes',
    Health: health,
    _aws: { CloudWatchMetrics: [{ Namespace: 'cdk-mcp', Dimensions: [['Server']], Metrics: [{ Name: 'Health' }] }] },
  });
});
