/** Nothing that a caller, a tool or a token says in confidence stands in a span. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { currentTrace, toolError } from '../../../../lambda/serve/runtime';
import { positives } from '../../../security/secrets/positives';
import { seeded } from '../../../security/secrets/random';
import { type Collector, httpCollector } from '../../../support/collector';
import { makeKeys, sign, userClaims } from '../../../support/guard';
import { callTool, downstreamService, TRACEPARENT, tracedGuard } from '../../../support/traced';

const secrets = positives(seeded(7), 1).filter(({ secret }) => secret.length >= 12);

/** Takes connections and says nothing. */
async function silentService(): Promise<{ readonly address: string; close(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close };
}

/** A byte order of what came, in every spelling that could hide a secret. */
function everything({ raw }: Collector): string {
  return raw.map((bytes) => bytes.toString('latin1')).join('\n');
}

test('T10 no secret of arguments, results, addresses, headers or errors stands in a span', async () => {
  const [keys, collector, service] = [await makeKeys(), await httpCollector(), await downstreamService()];
  const silent = await silentService();
  const token = await sign(keys, userClaims());
  const read_secret = async (args: Record<string, unknown>) => {
    const { secret, how } = args as { secret: string; how: number };
    const hidden = encodeURIComponent(secret);
    const init = {
      method: 'POST',
      body: secret,
      headers: { authorization: `Bearer ${hidden}`, 'x-amz-target': hidden },
    };
    await fetch(`${service.address}/${hidden}?key=${hidden}`, init);
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error(secret)), 5);
    await fetch(silent.address, { signal: stop.signal }).catch(() => {});
    if (how === 0) throw new Error(secret);
    return how === 1 ? JSON.stringify(toolError(secret)) : secret;
  };
  const guard = await tracedGuard(keys, collector, { read_secret }, { ratio: 1 });
  for (const [index, { secret, value }] of secrets.entries()) {
    const args = { secret, value, how: index % 3 };
    const headers = { 'x-secret': encodeURIComponent(secret), cookie: encodeURIComponent(secret) };
    const meta = { secret, progressToken: secret };
    await callTool(guard, 'read_secret', { token, args, meta, headers });
    await callTool(guard, secret.replaceAll('\n', ''), { token, meta, era: 'legacy' });
    const params = { uri: `notes://note/${secret}`, _meta: meta };
    await guard.post({ jsonrpc: '2.0', id: secret.slice(0, 200), method: 'resources/read', params }, { token });
    await guard.post({ jsonrpc: '2.0', method: `notifications/${secret}`, params }, { token });
    await guard.post({ jsonrpc: '2.0', id: 1, method: secret, params }, { token });
  }
  await collector.has(secrets.length * 4);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const sent = everything(collector);
  for (const { secret } of secrets) {
    for (const spelling of [secret, encodeURIComponent(secret), secret.slice(0, 12)])
      expect(sent).not.toContain(spelling);
  }
  expect(sent).not.toContain(token.slice(0, 40));
  expect(sent).not.toContain('user-1');
  silent.close();
  await Promise.all([collector.close(), service.close()]);
}, 30_000);

test('T10 a tool is told in which trace it works', async () => {
  const [keys, collector] = [await makeKeys(), await httpCollector()];
  const token = await sign(keys, userClaims());
  const told: unknown[] = [];
  const guard = await tracedGuard(keys, collector, { list_notes: () => void told.push(currentTrace()) });
  await callTool(guard, 'list_notes', { token, headers: { traceparent: TRACEPARENT, tracestate: 'a=b' } });
  const server = (await collector.has(2)).find(({ name }) => name === 'server');
  expect(told).toEqual([
    {
      id: '1-4bf92f35-77b34da6a3ce929d0e0e4736',
      traceparent: `00-4bf92f3577b34da6a3ce929d0e0e4736-${server?.spanId}-01`,
      tracestate: 'a=b',
    },
  ]);
  expect(currentTrace()).toBeUndefined();
  await collector.close();
});
