/** A server that takes requests and answers nothing: what the guard asks it by itself ends, and it is not healthy. */
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { sidecar } from '../../../lambda/sidecar/sidecar';
import { makeKeys, sign, toolCall, userClaims } from '../../support/guard';
import { startSidecar, startUpstream } from '../../support/sidecar';
import { until } from '../../support/until';

/** As long as the test has patience, whatever the product has. */
const SHORT_MS = 150;
const timeout = AbortSignal.timeout.bind(AbortSignal);
const waited: number[] = [];

beforeEach(() => {
  waited.length = 0;
  jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    waited.push(ms);
    return timeout(Math.min(ms, SHORT_MS));
  });
});
afterEach(() => jest.restoreAllMocks());

/** Answers `initialize` where `older`, and no other request that it would have to think about. */
async function asksOf(older: boolean): Promise<readonly string[]> {
  const hung = new Set<ServerResponse>();
  const asked: string[] = [];
  const upstream = await startUpstream(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { id, method = 'DELETE', params } = body === '' ? { id: 0 } : JSON.parse(body);
    asked.push(method);
    const reply = (status: number, answer: object) =>
      outgoing
        .writeHead(status, { 'content-type': 'application/json', 'mcp-session-id': 'one' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
    if (older && params?._meta !== undefined) reply(400, { error: { code: -32_600, message: 'no' } });
    else if (older && method === 'initialize') reply(200, { result: { protocolVersion: '2025-06-18' } });
    else if (method === 'DELETE' || method === 'notifications/initialized') outgoing.writeHead(202).end();
    else {
      hung.add(outgoing);
      outgoing.on('close', () => hung.delete(outgoing));
    }
  });
  const keys = await makeKeys();
  const front = await startSidecar({ keys, upstream: upstream.url });
  try {
    const response = await fetch(front.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${await sign(keys, userClaims())}`,
      },
      body: JSON.stringify(toolCall('read_note')),
    });
    await response.text();
    expect(asked).toContain('tools/list');
    await until(async () => hung.size === 0);
    return asked;
  } finally {
    await front.close();
    await upstream.close();
  }
}

test('T8 a question for tools that is not answered is ended, in the modern era and in the older one', async () => {
  expect(await asksOf(false)).toEqual(['tools/list', 'initialize']);
  expect(waited.filter((ms) => ms === 10_000)).toHaveLength(2);
});

test('T8 one that is not answered in a session is ended, and the session with it', async () => {
  const asked = await asksOf(true);
  expect(asked.slice(0, 4)).toEqual(['tools/list', 'initialize', 'notifications/initialized', 'tools/list']);
  expect(asked).toContain('DELETE');
});

test('O1 a server that takes connections and answers nothing is not ready', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
  await expect(sidecar({ MCP_UPSTREAM: url }).ready()).rejects.toThrow('the call was ended');
  expect(waited).toEqual([60_000]);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
  await expect(sidecar({ MCP_UPSTREAM: url }).ready()).rejects.toThrow('server_unavailable');
});
