import { createServer } from 'node:http';
import { networkInterfaces } from 'node:os';
import { listenOnLoopback } from '../../local/loopback';

const PORT = 4160;

test('listens on loopback and nowhere else', async () => {
  const listener = await listenOnLoopback(PORT, (_, response) => response.end('ok'));
  expect(await (await fetch(`http://127.0.0.1:${PORT}`)).text()).toBe('ok');
  expect(await (await fetch(`http://localhost:${PORT}`)).text()).toBe('ok');
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one && !one.internal && one.family === 'IPv4');
  if (outside) await expect(fetch(`http://${outside.address}:${PORT}`)).rejects.toThrow();
  await listener.close();
  await expect(fetch(`http://127.0.0.1:${PORT}`)).rejects.toThrow();
});

test.each(['127.0.0.1', '::1'])('an occupied port (%s) is a sentence, and nothing stays open', async (host) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(PORT, host, resolve));
  await expect(listenOnLoopback(PORT, () => {})).rejects.toThrow(`port ${PORT} is occupied`);
  await new Promise((resolve) => other.close(resolve));
  await (await listenOnLoopback(PORT, () => {})).close();
});
