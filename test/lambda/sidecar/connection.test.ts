/** One request to the server behind the guard: what is sent again, and what is never. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import { AnswerLost, NotServed } from '../../../lambda/guard/server-fault';
import { connectionTo } from '../../../lambda/sidecar/connection';

let tcp: Server;
let requests: number;
let dropFrom: number;
const sockets = new Set<Socket>();

beforeEach(async () => {
  requests = 0;
  dropFrom = Number.POSITIVE_INFINITY;
  tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    let onSocket = 0;
    socket.on('data', () => {
      requests += 1;
      onSocket += 1;
      // Reads the request, and goes: whether the work was done is anyone's guess.
      if (onSocket >= dropFrom) socket.resetAndDestroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  tcp.close();
});

const address = () => new URL(`http://127.0.0.1:${(tcp.address() as AddressInfo).port}/mcp`);

async function ask(send: ReturnType<typeof connectionTo>, repeatable: boolean, signal?: AbortSignal): Promise<string> {
  let text = '';
  for await (const chunk of await send({ method: 'POST', headers: {}, body: '{}', repeatable, signal })) text += chunk;
  // The connection goes back to those that are kept.
  await new Promise((resolve) => setTimeout(resolve, 10));
  return text;
}

const faultOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (fault: unknown) => fault,
  );

test('O1 on a connection that was kept and broke, a call is not sent again', async () => {
  dropFrom = 2;
  const send = connectionTo(address());
  await ask(send, false);
  expect(AnswerLost.reasonOf(await faultOf(ask(send, false)))).toBe('answer_lost');
  expect(requests).toBe(2);
});

test('O1 what changes nothing is sent again, once, on a new connection', async () => {
  dropFrom = 2;
  const send = connectionTo(address());
  await ask(send, true);
  expect(await ask(send, true)).toBe('ok');
  expect(requests).toBe(3);
  dropFrom = 1;
  expect(AnswerLost.reasonOf(await faultOf(ask(connectionTo(address()), true)))).toBe('answer_lost');
  expect(requests).toBe(4);
});

test('O1 a server that is not there was given nothing', async () => {
  const send = connectionTo(address());
  await new Promise((resolve) => tcp.close(resolve));
  const fault = await faultOf(ask(send, false));
  expect(NotServed.refusalOf(fault)).toEqual({ reason: 'server_unavailable' });
  expect(AnswerLost.reasonOf(fault)).toBeUndefined();
});

test('T8 the end of a call ends its request', async () => {
  tcp.removeAllListeners('connection');
  const closed = new Promise<void>((resolve) =>
    tcp.on('connection', (socket) =>
      socket
        .on('error', () => {})
        .on('close', () => resolve())
        .resume(),
    ),
  );
  const end = new AbortController();
  const fault = faultOf(ask(connectionTo(address()), false, end.signal));
  setTimeout(() => end.abort(), 50);
  expect(await fault).toMatchObject({ message: 'the call was ended' });
  await closed;
});

test('O1 a connection that nothing is sent on is given up long before a server would close it', async () => {
  const send = connectionTo(address());
  await ask(send, false);
  const [socket] = [...sockets].slice(-1);
  const started = Date.now();
  await new Promise((resolve) => socket?.on('end', resolve));
  expect(Date.now() - started).toBeLessThan(1_500);
});
