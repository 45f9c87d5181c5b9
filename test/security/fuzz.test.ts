/** Seconds of `npm run fuzz`, so that it counts with every test run, and that it can fail. */
import fc from 'fast-check';
import { fuzz } from './fuzz/target';
import { targets } from './fuzz/targets';

test('T5 no random input breaks a parser or a decision of the guard', async () => {
  const broken = [];
  for (const target of await targets()) {
    const run = await fuzz(target, { milliseconds: 250 });
    expect(run.runs).toBeGreaterThan(0);
    if (run.broken !== undefined) broken.push(run);
  }
  expect(broken).toEqual([]);
}, 60_000);

test('T5 an input that breaks one is found, made small, and found again by seed and path', async () => {
  const target = { name: 'x', holds: 'x', property: fc.property(fc.nat(), (n) => n < 1_000) as never };
  const run = await fuzz(target, { milliseconds: 5_000 });
  expect(run.broken?.input).toBe('[1000]');
  const again = await fuzz(target, { milliseconds: 5_000, seed: run.seed, path: run.broken?.path });
  expect(again.broken?.input).toBe('[1000]');
});
