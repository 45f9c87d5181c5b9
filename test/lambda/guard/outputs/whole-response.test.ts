/** A whole response is a Response in every way; it only makes no stream that nobody asks for. */
import { forwardedRequest } from '../../../../lambda/guard/headers';
import { wholeResponse } from '../../../../lambda/guard/outputs/whole-response';

const TEXT = '{"name":"Grüße"}';
const make = () => wholeResponse(TEXT, { status: 201, headers: { 'content-type': 'application/json' } });

test('it is a response with status and headers', () => {
  const response = make();
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.ok, response.headers.get('content-type')]).toEqual([201, true, 'application/json']);
});

test.each<[string, (response: Response) => Promise<unknown>, unknown]>([
  ['text', (response) => response.text(), TEXT],
  ['json', (response) => response.json(), { name: 'Grüße' }],
  ['arrayBuffer', async (response) => Buffer.from(await response.arrayBuffer()).toString(), TEXT],
  ['blob', async (response) => (await response.blob()).text(), TEXT],
  ['body', async (response) => new Response(response.body).text(), TEXT],
  ['clone', (response) => response.clone().text(), TEXT],
])('%s reads it', async (_name, read, expected) => {
  expect(await read(make())).toEqual(expected);
});

test('bytes reads it, also where Response has none', async () => {
  expect(Buffer.from(await (make() as Response & { bytes(): Promise<Uint8Array> }).bytes()).toString()).toBe(TEXT);
});

test('it is read once, whichever way', async () => {
  const first = make();
  expect(first.bodyUsed).toBe(false);
  await first.text();
  expect(first.bodyUsed).toBe(true);
  await expect(first.text()).rejects.toThrow('Body is unusable');
  await expect(first.json()).rejects.toThrow('Body is unusable');
  const second = make();
  await second.arrayBuffer();
  expect(second.bodyUsed).toBe(true);
  await expect(second.text()).rejects.toThrow('Body is unusable');
});

test('a clone leaves the original to be read', async () => {
  const response = make();
  expect(await response.clone().text()).toBe(TEXT);
  expect(await response.text()).toBe(TEXT);
});

test('T8 the forwarded request has the very signal of the work', () => {
  const work = new AbortController();
  const received = new Headers({ authorization: 'Bearer secret', 'mcp-method': 'tools/call', cookie: 'a=b' });
  const request = forwardedRequest(
    'https://mcp.example.com/mcp',
    new Request('https://x', { method: 'POST', headers: received }),
    work.signal,
  );
  expect(request.signal).toBe(work.signal);
  expect([...request.headers]).toEqual([['mcp-method', 'tools/call']]);
  expect(request.method).toBe('POST');
});
