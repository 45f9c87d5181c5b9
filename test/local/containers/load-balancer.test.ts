import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { selectAction } from '../../../local/containers/listener-rules';
import { type ForwardResponse, LoadBalancer } from '../../../local/containers/load-balancer';
import { isAmong, type Target, TargetGroup } from '../../../local/containers/target-group';
import type { ListenerSpec, LoadBalancerSpec } from '../../../local/deployment/containers/load-balancers';
import { waitFor } from '../fixtures/processes';

const servers: Server[] = [];
const balancers: LoadBalancer[] = [];
afterEach(() => {
  for (const balancer of balancers.splice(0)) balancer.close();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

const CHECK = { path: '/health', codes: '200', intervalMs: 1000, timeoutMs: 500, healthy: 2, unhealthy: 2 };

function group(more: object = {}): TargetGroup {
  const spec = {
    logicalId: 'Targets',
    arn: 'group',
    leastBusyFirst: false,
    drainMs: 2000,
    healthCheck: CHECK,
    ...more,
  };
  return new TargetGroup(spec);
}

async function listening(handler: RequestListener): Promise<number> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function balancerOf(
  targets: TargetGroup,
  more: Partial<LoadBalancerSpec> = {},
): (target?: string) => Promise<ForwardResponse> {
  const listener: ListenerSpec = {
    arn: 'listener',
    port: 80,
    protocol: 'HTTP',
    rules: [
      {
        conditions: [{ field: 'path-pattern', values: ['/fixed*'] }],
        action: { kind: 'fixed', status: 410, type: 'text/plain', body: 'gone' },
      },
      { conditions: [], action: { kind: 'forward', groups: [{ arn: 'group', weight: 1 }] } },
    ],
  };
  const spec = { idleMs: 60_000, dropInvalidHeaders: true, preserveHost: false, ...more } as LoadBalancerSpec;
  const balancer = new LoadBalancer(spec, new Map([['group', targets]]));
  balancers.push(balancer);
  return (target = '/mcp') => {
    const headers = { host: 'api', te: 'trailers', 'x-forwarded-for': '1.2.3.4' };
    return balancer.forward(listener, {
      method: 'POST',
      target,
      headers,
      body: Buffer.from('x'),
      sourceIp: '10.0.0.10',
    });
  };
}

/** Registered, and healthy after its first check. */
async function healthy(targets: TargetGroup, handler: RequestListener): Promise<Target> {
  const port = await listening((incoming, outgoing) =>
    incoming.url === '/health' ? outgoing.end() : handler(incoming, outgoing),
  );
  const target = targets.register(port, new Map());
  await waitFor(() => target.state === 'healthy');
  return target;
}

async function textOf(response: ForwardResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('healthy targets take turns, and learn who asked', async () => {
  const targets = group();
  for (const name of ['a', 'b'])
    await healthy(targets, (incoming, outgoing) => {
      outgoing.setHeader('x-seen', JSON.stringify(incoming.headers));
      outgoing.end(name);
    });
  const send = balancerOf(targets);
  const answers = [await send(), await send(), await send(), await send()];
  expect((await Promise.all(answers.map(textOf))).sort()).toEqual(['a', 'a', 'b', 'b']);
  const seen = JSON.parse(String(answers[0]?.headers['x-seen']));
  expect(seen).toMatchObject({ host: 'api', 'x-forwarded-for': '1.2.3.4, 10.0.0.10', 'x-forwarded-proto': 'http' });
  expect(seen).not.toHaveProperty('te');
});

test('the target with the fewest running calls is next where the group says so', async () => {
  const targets = group({ leastBusyFirst: true });
  const busy = await healthy(targets, (_, outgoing) => outgoing.end('busy'));
  await healthy(targets, (_, outgoing) => outgoing.end('free'));
  busy.active = 3;
  const send = balancerOf(targets);
  expect(await Promise.all([send(), send(), send()].map(async (answer) => textOf(await answer)))).toEqual([
    'free',
    'free',
    'free',
  ]);
});

test('without a target the load balancer answers 503, with a fixed answer that one', async () => {
  const send = balancerOf(group());
  expect((await send()).status).toBe(503);
  const fixed = await send('/fixed/x');
  expect([fixed.status, await textOf(fixed)]).toEqual([410, 'gone']);
});

test('a target that closes the connection, or cannot be reached: 502', async () => {
  const targets = group();
  const target = await healthy(targets, (incoming) => incoming.socket.destroy());
  const send = balancerOf(targets);
  expect((await send()).status).toBe(502);
  expect(target.active).toBe(0);
  servers[0]?.close().closeAllConnections();
  expect((await send()).status).toBe(502);
});

test('a target that says nothing for longer than the idle timeout: 504', async () => {
  const targets = group();
  await healthy(targets, () => {});
  expect((await balancerOf(targets, { idleMs: 100 })()).status).toBe(504);
});

test('where no target is healthy, all that failed their checks are asked', async () => {
  const targets = group({ healthCheck: { ...CHECK, intervalMs: 100 } });
  const port = await listening((incoming, outgoing) =>
    outgoing.writeHead(incoming.url === '/health' ? 500 : 200).end(),
  );
  const target = targets.register(port, new Map());
  const send = balancerOf(targets);
  expect((await send()).status).toBe(503);
  await waitFor(() => target.state === 'unhealthy');
  expect((await send()).status).toBe(200);
});

test('a target that leaves gets no new calls and finishes those it has', async () => {
  const targets = group();
  let finish: (() => void) | undefined;
  const target = await healthy(targets, (_, outgoing) => {
    finish = () => outgoing.end('done');
  });
  const send = balancerOf(targets);
  const answer = send();
  await waitFor(() => finish !== undefined);
  let left = false;
  const leaving = targets.deregister(target).then(() => {
    left = true;
  });
  expect(target.active).toBe(1);
  expect((await send()).status).toBe(503);
  expect(left).toBe(false);
  finish?.();
  expect(await textOf(await answer)).toBe('done');
  await leaving;
});

test('rules hold by path, method, host and header, in their order', () => {
  const fixed = (status: number) => ({ kind: 'fixed' as const, status, type: '', body: '' });
  const rules = [
    { conditions: [{ field: 'http-request-method' as const, values: ['DELETE'] }], action: fixed(1) },
    {
      conditions: [
        { field: 'path-pattern' as const, values: ['/a/*', '/b?'] },
        { field: 'host-header' as const, values: ['*.example.com'] },
      ],
      action: fixed(2),
    },
    { conditions: [{ field: 'http-header' as const, header: 'x-a', values: ['b*'] }], action: fixed(3) },
    { conditions: [], action: fixed(4) },
  ];
  const ask = (method: string, path: string, headers: Record<string, string> = {}) => {
    const action = selectAction(rules, { method, path, header: (name) => headers[name] });
    return action?.kind === 'fixed' ? action.status : undefined;
  };
  expect(ask('DELETE', '/a/x', { host: 'api.example.com' })).toBe(1);
  expect(ask('POST', '/a/x', { host: 'API.example.com:80' })).toBe(2);
  expect(ask('POST', '/bc', { host: 'api.example.com' })).toBe(2);
  expect(ask('POST', '/A/x', { host: 'api.example.com' })).toBe(4);
  expect(ask('POST', '/x', { 'x-a': 'Bc' })).toBe(3);
});

test('status codes of a check are one, several or a range', () => {
  expect([isAmong(200, '200'), isAmong(204, '200,204'), isAmong(250, '200-299'), isAmong(404, '200-299,301')]).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
