import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { navigate } from '../../../local/demo/navigate';

let server: Server;
let address: URL;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      outgoing.writeHead(303, { location: '/next', 'set-cookie': ['one=1', 'two=2'] });
      outgoing.end(
        JSON.stringify({ method: incoming.method, headers: incoming.headers, body: `${Buffer.concat(chunks)}` }),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/page`);
});
afterAll(() => new Promise((closed) => server.close(closed)));

test('asks for a page as a browser does, not as a script', async () => {
  const response = await navigate(address, { headers: { cookie: 'a=b' } });
  expect(await response.json()).toMatchObject({
    method: 'GET',
    headers: { 'sec-fetch-mode': 'navigate', cookie: 'a=b' },
  });
});

test('leaves redirects and cookies to the caller', async () => {
  const { status, headers } = await navigate(address, { headers: {} });
  expect([status, headers.get('location'), headers.getSetCookie()]).toEqual([303, '/next', ['one=1', 'two=2']]);
});

test('sends a form', async () => {
  const response = await navigate(address, { headers: {}, fields: new URLSearchParams({ name: 'a & b' }) });
  expect(await response.json()).toMatchObject({
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'name=a+%26+b',
  });
});
