import { Sampler } from '../../../../lambda/guard/tracing/sampling';
import { newTraceId } from '../../../../lambda/guard/tracing/span';

const NOW = 1_795_338_992_000;
const ids = Array.from({ length: 20_000 }, () => newTraceId(NOW));
const share = (sampler: Sampler) => ids.filter((id) => sampler.decides(id, NOW)).length / ids.length;

test('T10 a share of the traces is recorded, the same ones by everybody', () => {
  expect(share(new Sampler(0))).toBe(0);
  expect(share(new Sampler(1))).toBe(1);
  expect(share(new Sampler(0.3))).toBeCloseTo(0.3, 1);
  const [one, other] = [new Sampler(0.3), new Sampler(0.3)];
  for (const id of ids.slice(0, 100)) expect(one.decides(id, NOW)).toBe(other.decides(id, NOW + 5_000));
});

test('T10 without a share, the first of each second and one in twenty', () => {
  const sampler = new Sampler();
  const never = `${'f'.repeat(32)}`;
  expect([0, 1, 999, 1_000, 1_001].map((ms) => sampler.decides(never, NOW + ms))).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  expect(share(new Sampler())).toBeCloseTo(0.05, 1);
});

test('T10 callers have no more than fifty traces a second recorded', () => {
  const sampler = new Sampler(0);
  expect(Array.from({ length: 60 }, () => sampler.admits(NOW)).filter(Boolean)).toHaveLength(50);
  expect(sampler.admits(NOW + 1_000)).toBe(true);
});

test('T10 ids begin with the time and do not repeat', () => {
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids.slice(0, 10)) {
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(Number.parseInt(id.slice(0, 8), 16)).toBe(NOW / 1000);
  }
});
