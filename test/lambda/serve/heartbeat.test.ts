import { withHeartbeat } from '../../../lambda/serve/heartbeat';

async function textOf(body: ReadableStream<Uint8Array>, everyMs: number): Promise<string> {
  let text = '';
  for await (const chunk of withHeartbeat(body, everyMs)) text += Buffer.from(chunk).toString();
  return text;
}

test('O1 a silent stream of events has comments in between, and whole events', async () => {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(Buffer.from('data: 1\n\n'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      controller.enqueue(Buffer.from('data: 2\n\n'));
      controller.close();
    },
  });
  expect(await textOf(body, 15)).toMatch(/^data: 1\n\n(:\n\n){1,3}data: 2\n\n$/);
});

test('O1 a stream on which something moves is left as it is', async () => {
  const body = new Response('data: 1\n\ndata: 2\n\n').body as ReadableStream<Uint8Array>;
  expect(await textOf(body, 1_000)).toBe('data: 1\n\ndata: 2\n\n');
});

test('O1 who stops reading ends the stream', async () => {
  const cancel = jest.fn();
  const body = new ReadableStream<Uint8Array>({ pull: (c) => c.enqueue(Buffer.from('data: 1\n\n')), cancel });
  for await (const _chunk of withHeartbeat(body, 1_000)) break;
  expect(cancel).toHaveBeenCalled();
});
