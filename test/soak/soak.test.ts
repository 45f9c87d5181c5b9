/** The judge of the soak, and the soak itself on a server that keeps what it is given. */
import { judge, robustSlope, type Sample } from './flat';
import { plot } from './plot';
import { soak } from './run';

const MEGABYTE = 1024 * 1024;

const series = (heap: (index: number) => number, handles: (index: number) => number = () => 5): Sample[] =>
  Array.from({ length: 40 }, (_, index) => ({
    calls: (index + 1) * 5_000,
    heap: heap(index),
    rss: 100 * MEGABYTE,
    handles: { TCPSocketWrap: handles(index) },
  }));

/** As the collector leaves it: never the same twice. */
const noise = (index: number) => ((index * 7919) % 13) * 12_000;

test('T8 a heap that fills its caches and then stays is flat', () => {
  const { problems, slope } = judge(series((index) => (20 + 6 * (1 - 1 / (1 + index))) * MEGABYTE + noise(index)));
  expect(problems).toEqual([]);
  expect(Math.abs(slope)).toBeLessThan(3);
});

test('T8 a heap that grows by 20 bytes a call is not flat', () => {
  const { problems, slope } = judge(series((index) => 20 * MEGABYTE + index * 5_000 * 20 + noise(index)));
  expect(slope).toBeCloseTo(20, -1);
  expect(problems.join()).toContain('bytes a call');
});

test('T8 one odd sample does not tilt the line', () => {
  const odd = judge(series((index) => (index === 30 ? 60 : 20) * MEGABYTE + noise(index)));
  expect(odd.problems).toEqual([]);
  expect(
    robustSlope([
      [0, 1],
      [1, 1],
      [2, 90],
      [3, 1],
    ]),
  ).toBe(0);
});

test('T8 sockets that are never closed are not flat', () => {
  const { problems } = judge(
    series(
      () => 20 * MEGABYTE,
      (index) => 5 + index,
    ),
  );
  expect(problems.join()).toContain('TCPSocketWrap');
});

test('T8 too few samples say nothing', () => {
  expect(judge(series(() => 1).slice(0, 5)).problems.join()).toContain('nothing can be said');
});

test('the plot is as wide as the series and as high as asked', () => {
  const lines = plot([1, 2, 3, 4], { rows: 2 }).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain('▄█');
});

test('T8 the soak fails for tools that keep what they are given, and every call still is what it should be', async () => {
  const options = { calls: 2_000, overSockets: 200, rounds: 10, crowd: 20 };
  const { problems, outcomes, samples } = await soak({ ...options, leak: true });
  expect(outcomes).toMatchObject({ calls: 2_000, wrong: 0, examples: [] });
  expect(samples).toHaveLength(10);
  expect(problems.join()).toContain('the heap grows');
  expect(problems.join()).not.toContain('audit records');
}, 180_000);
