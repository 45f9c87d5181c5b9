import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchAgain } from '../../lambda/fetch-again';

let server: Server;
let requests: string[];
/** How many requests find their connection broken before an answer. */
let broken: number;

beforeEach(async () => {
  requests = [];
  broken = 0;
  server = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    requests.push(body);
    if (broken-- > 0) incoming.socket.destroy();
    else outgoing.end('answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const post = { method: 'POST', body: 'question' };

test('a request whose connection broke is sent once more, body and all', async () => {
  broken = 1;
  expect(await (await fetchAgain()(url(), post)).text()).toBe('answer');
  expect(requests).toEqual(['question', 'question']);
});

test('so is one given as an object', async () => {
  broken = 1;
  expect(await (await fetchAgain()(new Request(url(), post))).text()).toBe('answer');
  expect(requests).toEqual(['question', 'question']);
});

test('a request that breaks twice fails', async () => {
  broken = 2;
  await expect(fetchAgain()(url(), post)).rejects.toThrow('fetch failed');
  expect(requests).toHaveLength(2);
});

test('what was given up in time is not begun again', async () => {
  const never = jest.fn(() => Promise.reject(new DOMException('too late', 'TimeoutError')));
  await expect(fetchAgain(never)(url())).rejects.toThrow('too late');
  expect(never).toHaveBeenCalledTimes(1);
});
