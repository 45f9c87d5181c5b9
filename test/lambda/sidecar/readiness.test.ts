/** What the guard asks the server behind it before it says that it takes calls. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sidecar } from '../../../lambda/sidecar/sidecar';
import { startUpstream, type Upstream } from '../../support/sidecar';
import { until } from '../../support/until';

const asked: string[] = [];
const named: string[] = [];
let upstream: Upstream;

async function behind(answer: (incoming: IncomingMessage, outgoing: ServerResponse) => void) {
  upstream = await startUpstream((incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url} ${incoming.headers['mcp-session-id'] ?? ''}`.trim());
    named.push(
      ...Object.entries(incoming.headers).flatMap(([name, value]) => (name.startsWith('x-') ? `${name} ${value}` : [])),
    );
    answer(incoming, outgoing);
  });
  return sidecar({ MCP_UPSTREAM: upstream.url });
}

const NOBODY = [
  'x-mcp-principal-kind machine',
  'x-mcp-principal-id cdk-mcp/health',
  'x-mcp-principal-client cdk-mcp/health',
  'x-mcp-principal-groups ',
  'x-mcp-principal-scopes ',
];

beforeEach(() => {
  asked.length = 0;
  named.length = 0;
});
afterEach(() => upstream.close());

const status = (code: number) => (_incoming: unknown, outgoing: ServerResponse) => void outgoing.writeHead(code).end();

test.each([200, 400, 401, 404, 405, 501])(
  'O1 a server that answers %i takes calls, and is asked by one who holds nothing',
  async (code) => {
    const { ready } = await behind(status(code));
    await ready();
    await ready();
    expect(asked).toEqual(['POST /mcp', 'HEAD /mcp cdk-mcp-health']);
    expect(named.slice(0, named.length / 2)).toEqual(NOBODY);
    expect(named.slice(named.length / 2)).toEqual(NOBODY);
  },
);

test.each([500, 502, 503])('O1 a server that answers %i takes none', async (code) => {
  const { ready } = await behind(status(code));
  await expect(ready()).rejects.toThrow(`answered ${code} to initialize`);
  await expect(ready()).rejects.toThrow(`answered ${code} to initialize`);
});

test('O1 a server that fails later takes none from then on', async () => {
  let code = 200;
  const { ready } = await behind((incoming, outgoing) => status(code)(incoming, outgoing));
  await ready();
  code = 500;
  await expect(ready()).rejects.toThrow('answered 500 to HEAD');
  code = 405;
  await ready();
});

test('O1 a server that has too much to do is not taken away', async () => {
  let code = 200;
  const { ready } = await behind((incoming, outgoing) => status(code)(incoming, outgoing));
  await ready();
  code = 503;
  await ready();
});

test('O1 looking at a server begins no session in it', async () => {
  const { ready } = await behind(status(200));
  for (let looks = 0; looks < 4; looks++) await ready();
  expect(asked.slice(1)).toEqual(['HEAD /mcp cdk-mcp-health', 'HEAD /mcp cdk-mcp-health', 'HEAD /mcp cdk-mcp-health']);
});

test('O1 the session that it begins is ended', async () => {
  const { ready } = await behind(({ method }, outgoing) =>
    outgoing.writeHead(200, method === 'POST' ? { 'mcp-session-id': 'one' } : {}).end(),
  );
  await ready();
  await until(async () => asked.includes('DELETE /mcp one'));
});

test('O1 a server that takes long to begin is waited for, and asked once', async () => {
  const { ready } = await behind((_incoming, outgoing) => void setTimeout(() => outgoing.writeHead(200).end(), 3_300));
  await expect(ready()).rejects.toThrow('has not answered initialize for 3 s');
  await ready();
  expect(asked).toEqual(['POST /mcp']);
});
