import type { IncomingMessage } from 'node:http';
import { healthOf, isHealth } from '../../../lambda/serve/health';

test('O1 health asks at most once a second, however often it is asked, and for all at once', async () => {
  let asked = 0;
  let now = 0;
  const ready = async () => {
    asked += 1;
    return asked !== 2;
  };
  const health = healthOf(
    ready,
    () => false,
    () => now,
  );
  expect(await Promise.all([health.healthy(), health.healthy()])).toEqual([true, true]);
  now = 999;
  await health.healthy();
  expect(asked).toBe(1);
  now = 1_000;
  expect(await health.healthy()).toBe(false);
  expect(asked).toBe(2);
});

test('O1 who leaves is not healthy, and who cannot be asked is not either', async () => {
  expect(
    await healthOf(
      async () => true,
      () => true,
    ).healthy(),
  ).toBe(false);
  expect(
    await healthOf(
      () => Promise.reject(new Error('x')),
      () => false,
    ).healthy(),
  ).toBe(false);
});

test.each([
  ['GET', '/health', true],
  ['HEAD', '/health', true],
  ['POST', '/health', false],
  ['GET', '/mcp', false],
  ['GET', '/health?a=b', false],
  ['GET', '/health/', false],
])('O1 %s %s is health: %s', (method, url, is) => {
  expect(isHealth({ method, url } as IncomingMessage)).toBe(is);
});
